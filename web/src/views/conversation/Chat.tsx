import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import type { Check, Conversation as Talk, Mind, ToolCall, Turn } from '../../generated/conversation'
import { duration } from '../../data/words'

/** Text as text, with the words a verdict quotes marked. */
function Said({ text, quotes }: { text: string; quotes: readonly string[] }) {
  const quote = quotes.find((q) => q !== '' && text.includes(q) && q !== text)
  if (quote === undefined) return <p className="said">{text}</p>
  const at = text.indexOf(quote)
  return <p className="said">{text.slice(0, at)}<mark>{quote}</mark>{text.slice(at + quote.length)}</p>
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

function Tool({ tool, open }: { tool: ToolCall; open: boolean }) {
  const summary = tool.arguments === undefined ? '' : JSON.stringify(tool.arguments)
  return (
    <details className="tool" open={open}>
      <summary><span className="tool-name">{tool.name}</span> <code>{summary.length > 70 ? `${summary.slice(0, 70)}…` : summary}</code></summary>
      {tool.arguments !== undefined && <><h4>Arguments</h4><pre tabIndex={0}>{json(tool.arguments)}</pre></>}
      {tool.result !== undefined && <><h4>Result</h4><pre tabIndex={0}>{json(tool.result)}</pre></>}
    </details>
  )
}

const lists = [
  ['disclosed', 'told'],
  ['wrong', 'told wrong'],
  ['corrected', 'corrected'],
  ['withheld', 'kept back'],
  ['watch', 'agent must not say'],
] as const

function Inner({ mind, before }: { mind: Mind; before: number | undefined }) {
  const change = before === undefined ? 0 : mind.emotion - before
  return (
    <div className="inner" role="note" aria-label="The user's inner side">
      <p><b>{mind.move}</b>{mind.tactic && mind.tactic !== mind.move && <span className="tag">{mind.tactic}</span>}</p>
      <p>{mind.why}</p>
      <ul>
        {lists.map(([key, words]) => mind[key]?.map((fact) => <li key={key + fact} className={key}><span>{words}</span> {fact}</li>))}
        {mind.expect && <li><span>a correct agent should</span> {mind.expect}</li>}
      </ul>
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

interface BubbleProps {
  turn: Turn
  checks: readonly Check[]
  before: number | undefined
  inner: boolean
  toolsOpen: boolean
  link: string
  here: boolean
}

function Bubble({ turn, checks, before, inner, toolsOpen, link, here }: BubbleProps) {
  const place = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (here) place.current?.scrollIntoView({ block: 'center' })
  }, [here])
  const failing = checks.some((check) => check.gates !== false)
  return (
    <li ref={place} id={`turn-${turn.n}`} className={`turn ${turn.role}${failing ? ' failing' : ''}${here ? ' here' : ''}`}>
      <div className="lane">{inner && turn.mind && <Inner mind={turn.mind} before={before} />}</div>
      <div className="bubble">
        <p className="who">
          <b>{turn.role}</b>
          <Link to={link} aria-label={`Link to turn ${turn.n}`} title="Link to this turn">#{turn.n}</Link>
          {turn.role === 'agent' && turn.latency_ms !== undefined && <span>{duration(turn.latency_ms)}</span>}
          {turn.ended && <span>ended the conversation</span>}
        </p>
        {turn.text === '' ? <p className="said quiet">(says nothing)</p> : <Said text={turn.text} quotes={checks.map((check) => check.quote ?? '')} />}
        {turn.tools.map((tool, i) => <Tool key={`${i} ${toolsOpen}`} tool={tool} open={toolsOpen} />)}
      </div>
      <ul className="verdicts" aria-label={`Verdicts on turn ${turn.n}`} hidden={checks.length === 0}>
        {checks.map((check, i) => <Verdict key={i} check={check} />)}
      </ul>
    </li>
  )
}

export function Chat({ talk, inner, toolsOpen, at, filterSearch }: { talk: Talk; inner: boolean; toolsOpen: boolean; at: number; filterSearch: string }) {
  const [shownAt, setShownAt] = useState(at)
  useEffect(() => setShownAt(at), [at, talk.id])
  const open = talk.checks.filter((check) => !check.passed)
  const whole = open.filter((check) => !talk.turns.some((turn) => turn.n === check.turn))
  let mood: number | undefined
  const search = new URLSearchParams(filterSearch)
  return (
    <div className="chat">
      {whole.length > 0 && <ul className="verdicts whole" aria-label="Verdicts on the whole conversation">{whole.map((check, i) => <Verdict key={i} check={check} />)}</ul>}
      <ol className="turns">
        {talk.turns.map((turn) => {
          const before = mood
          if (turn.mind) mood = turn.mind.emotion
          search.set('turn', String(turn.n))
          return (
            <Bubble key={turn.n} turn={turn} checks={open.filter((check) => check.turn === turn.n)} before={before} inner={inner}
                    toolsOpen={toolsOpen} link={`/conversations/${talk.id}?${search.toString()}`} here={shownAt === turn.n} />
          )
        })}
      </ol>
    </div>
  )
}
