import { useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'react-router'
import { evidenceAt, opinionsAt, standingWords } from '../../data/judging'
import type { Run } from '../../data/run'
import type { Quoted } from '../../data/said'
import { itemsOf } from '../../data/together'
import { duration } from '../../data/words'
import type { Check, Conversation as Talk, Mind, Opinion, Turn } from '../../generated/conversation'
import { Others } from './Others'
import { Said } from './Said'
import { Tool } from './Tool'

const lists = [
  ['disclosed', 'told'],
  ['wrong', 'told wrong'],
  ['corrected', 'corrected'],
  ['withheld', 'kept back'],
  ['watch', 'agent must not say'],
] as const

/** Where a model worded the turn: what the policy had in mind, and what the guards did not let through. */
function Wording({ worded }: { worded: NonNullable<Turn['worded']> }) {
  return (
    <>
      {worded.draft !== undefined && <p className="draft"><span>would have said</span> <q>{worded.draft}</q></p>}
      {worded.refused?.map((line, i) => <p key={i} className="refused"><span>not sent, {line.kind}:</span> {line.reason}</p>)}
      {worded.kept === true && <p><span className="tag">words kept from before</span></p>}
    </>
  )
}

function Inner({ mind, worded, before }: { mind: Mind; worded: Turn['worded']; before: number | undefined }) {
  const change = before === undefined ? 0 : mind.emotion - before
  return (
    <div className="inner" role="note" aria-label="The user's inner side">
      <p><b>{mind.move}</b>{mind.tactic && mind.tactic !== mind.move && <span className="tag">{mind.tactic}</span>}</p>
      <p>{mind.why}</p>
      <ul>
        {lists.map(([key, words]) => mind[key]?.map((fact) => <li key={key + fact} className={key}><span>{words}</span> {fact}</li>))}
        {mind.expect && <li><span>a correct agent should</span> {mind.expect}</li>}
      </ul>
      {worded && <Wording worded={worded} />}
      <p className="mood">
        <span className="mood-bar" aria-hidden="true"><i style={{ width: `${Math.min(100, mind.emotion * 20)}%` }} /></span>
        mood {mind.emotion.toFixed(1)}{Math.abs(change) >= 0.05 && <span className={change > 0 ? 'up' : 'down'}> {change > 0 ? '▲' : '▼'}</span>}
      </p>
    </div>
  )
}

function Verdict({ check }: { check: Check }) {
  const warns = check.gates === false
  return (
    <li className={warns ? 'warns' : 'fails'}>
      <b><span aria-hidden="true">{warns ? '△' : '✗'}</span> {check.name}</b> {warns && <span className="quiet">warning</span>}
      <p>{check.detail}</p>
    </li>
  )
}

/** A judge's opinion at the turn where it sees the first fault. */
function Thought({ run, opinion }: { run: Run; opinion: Opinion }) {
  return (
    <li className={opinion.gates ? 'thinks counts' : 'thinks'}>
      <b><span aria-hidden="true">◇</span> {opinion.criterion} {opinion.level > 0 && `${opinion.level} of 5`}</b>{' '}
      <span className="quiet" data-tip={`opinion of ${opinion.model}\n${standingWords(run.judge, opinion)}`}>{opinion.gates ? 'judge' : 'judge, advisory'}{opinion.unsure && ', unsure'}</span>
      <p>{opinion.reason.length > 600 ? `${opinion.reason.slice(0, 600)}…` : opinion.reason}</p>
    </li>
  )
}

interface BubbleProps {
  run: Run
  turn: Turn
  checks: readonly Check[]
  opinions: readonly Opinion[]
  evidence: readonly Quoted[]
  before: number | undefined
  inner: boolean
  toolsOpen: boolean
  link: string
  here: boolean
}

function Bubble({ run, turn, checks, opinions, evidence, before, inner, toolsOpen, link, here }: BubbleProps) {
  const place = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (here) place.current?.scrollIntoView({ block: 'center' })
  }, [here])
  const failing = checks.some((check) => check.gates !== false)
  return (
    <li ref={place} id={`turn-${turn.n}`} className={`turn ${turn.role}${failing ? ' failing' : ''}${here ? ' here' : ''}`}>
      <div className="lane">{inner && turn.mind && <Inner mind={turn.mind} worded={turn.worded} before={before} />}</div>
      <div className="bubble">
        <p className="who">
          <b>{turn.role}</b>
          <Link to={link} aria-label={`Link to turn ${turn.n}`} title="Link to this turn">#{turn.n}</Link>
          {turn.role === 'agent' && turn.latency_ms !== undefined && <span>{duration(turn.latency_ms)}</span>}
          {turn.ended && <span>ended the conversation</span>}
        </p>
        <Said text={turn.text} quotes={[...checks.map((check) => ({ text: check.quote ?? '', mark: 'check' as const })), ...evidence]} />
        {turn.tools.map((tool, i) => <Tool key={`${i} ${toolsOpen}`} tool={tool} open={toolsOpen} />)}
      </div>
      <ul className="verdicts" aria-label={`Verdicts on turn ${turn.n}`} hidden={checks.length + opinions.length === 0}>
        {checks.map((check, i) => <Verdict key={i} check={check} />)}
        {opinions.map((opinion, i) => <Thought key={i} run={run} opinion={opinion} />)}
      </ul>
    </li>
  )
}

interface ChatProps {
  run: Run
  talk: Talk
  inner: boolean
  toolsOpen: boolean
  othersOpen: boolean
  at: number
  link: (turn: number) => string
}

export function Chat({ run, talk, inner, toolsOpen, othersOpen, at, link }: ChatProps) {
  const [shownAt, setShownAt] = useState(at)
  useEffect(() => setShownAt(at), [at, talk.id])
  const items = useMemo(() => itemsOf(talk), [talk])
  const open = talk.checks.filter((check) => !check.passed)
  const whole = open.filter((check) => !talk.turns.some((turn) => turn.n === check.turn))
  let mood: number | undefined
  return (
    <div className="chat">
      {whole.length > 0 && <ul className="verdicts whole" aria-label="Verdicts on the whole conversation">{whole.map((check, i) => <Verdict key={i} check={check} />)}</ul>}
      <ol className="turns">
        {items.map(({ own: turn, others }, i) => {
          if (!turn) return <Others key={`others ${i} ${othersOpen}`} run={run} turns={others} open={othersOpen} toolsOpen={toolsOpen} />
          const before = mood
          if (turn.mind) mood = turn.mind.emotion
          return (
            <Bubble key={turn.n} run={run} turn={turn} checks={open.filter((check) => check.turn === turn.n)} opinions={opinionsAt(talk, turn.n)}
                    evidence={evidenceAt(talk, turn.n)} before={before} inner={inner} toolsOpen={toolsOpen} link={link(turn.n)} here={shownAt === turn.n} />
          )
        })}
      </ol>
    </div>
  )
}
