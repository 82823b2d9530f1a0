// Both conversations of a cell side by side, aligned by turn.
import { useEffect, useMemo, useState } from 'react'
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router'
import { useOpened } from '../../context'
import { changedScores, firstDifference, sameTurn } from '../../data/align'
import { duration } from '../../data/words'
import type { Check, Conversation as Talk, Turn } from '../../generated/conversation'
import type { ChangedPair, Comparison } from '../../generated/report'
import { useKeys } from '../../ui/keys'
import { OutcomeBadge } from '../../ui/Outcome'
import { pairSearch } from './ChangedCells'

type Loaded = { talk?: Talk; why?: string }

function useTalk(comparison: Comparison, side: 'before' | 'after', id: string): Loaded {
  const { run, source } = useOpened()
  const [loaded, setLoaded] = useState<Loaded>({})
  useEffect(() => {
    let current = true
    const row = side === 'after' ? run.rowOf(id) : undefined
    const read = row !== undefined && run.held(row) ? source.conversation(run, row) : source.compared(comparison, side, id)
    read.then((talk) => current && setLoaded({ talk }), (error: unknown) => current && setLoaded({ why: error instanceof Error ? error.message : String(error) }))
    return () => { current = false }
  }, [comparison, side, id])
  return loaded
}

function Said({ turn, checks, same, side, known }: { turn: Turn | undefined; checks: readonly Check[]; same: boolean; side: string; known: boolean }) {
  if (!turn) return <div className={`pair-turn none ${side}`}>{known && <p className="quiet">over by now</p>}</div>
  const failing = checks.some((check) => check.gates !== false)
  return (
    <div className={`pair-turn ${turn.role} ${side}${failing ? ' failing' : ''}${same ? ' same' : ''}`}>
      <div className="bubble">
        <p className="who"><b>{turn.role}</b><span>#{turn.n}</span>{turn.role === 'agent' && turn.latency_ms !== undefined && <span>{duration(turn.latency_ms)}</span>}</p>
        <p className={turn.text === '' ? 'said quiet' : 'said'}>{turn.text || '(says nothing)'}</p>
        {turn.tools.length > 0 && <p className="pair-tools">{turn.tools.map((tool) => (tool.fault === undefined ? tool.name : `${tool.name} (fault: ${tool.fault})`)).join(', ')}</p>}
      </div>
      {checks.length > 0 && (
        <ul className="verdicts">
          {checks.map((check, i) => (
            <li key={i} className={check.gates === false ? 'warns' : 'fails'}><b><span aria-hidden="true">{check.gates === false ? '△' : '✗'}</span> {check.name}</b><p>{check.detail}</p></li>
          ))}
        </ul>
      )}
    </div>
  )
}

function SideHead({ title, loaded, words }: { title: string; loaded: Loaded; words: string }) {
  const { talk, why } = loaded
  const whole = talk?.checks.filter((check) => !check.passed && !talk.turns.some((turn) => turn.n === check.turn)) ?? []
  return (
    <div className="pair-head">
      <p className="pair-title"><b>{words}</b> <span className="quiet">{title}</span></p>
      {talk && <p className="pair-outcome"><OutcomeBadge outcome={talk.outcome} />{talk.metrics.score !== undefined && <span>score {talk.metrics.score.toFixed(1)}</span>}<span className="quiet">{talk.metrics.user_turns} user turns</span></p>}
      {why !== undefined && <p className="empty">{why}</p>}
      {whole.length > 0 && <ul className="verdicts">{whole.map((check, i) => <li key={i} className={check.gates === false ? 'warns' : 'fails'}><b>{check.name}</b><p>{check.detail}</p></li>)}</ul>}
    </div>
  )
}

function Scores({ before, after }: { before: Talk; after: Talk }) {
  const rows = changedScores(before, after)
  if (rows.length === 0) return null
  return (
    <ul className="pair-scores" aria-label="Scores that differ">
      {rows.map((row) => (
        <li key={row.criterion}><span>{row.criterion}</span> {row.before.toFixed(1)} <span aria-hidden="true">→</span><span className="sr">then</span> {row.after.toFixed(1)}
          <b className={row.after < row.before ? 'delta down' : 'delta up'}>{row.after < row.before ? '−' : '+'}{Math.abs(row.after - row.before).toFixed(1)}</b></li>
      ))}
    </ul>
  )
}

interface PairProps {
  comparison: Comparison
  pair: ChangedPair
  pairs: readonly ChangedPair[]
  at: number
}

export function Pair({ comparison, pair, pairs, at }: PairProps) {
  const { run } = useOpened()
  const { search: text } = useLocation()
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const before = useTalk(comparison, 'before', pair.before.conversation)
  const after = useTalk(comparison, 'after', pair.after.conversation)
  const list = useMemo(() => {
    const next = new URLSearchParams(search)
    next.delete('cell')
    return next.size > 0 ? `?${next.toString()}` : ''
  }, [search])
  const go = (by: number) => {
    const other = pairs[at + by]
    if (other) void navigate({ pathname: '/compare', search: pairSearch(text, other) }, { replace: true })
  }
  useKeys({ j: () => go(1), k: () => go(-1), ArrowRight: () => go(1), ArrowLeft: () => go(-1), u: () => void navigate(`/compare${list}`) })
  const differ = firstDifference(before.talk, after.talk)
  const turns = Array.from({ length: Math.max(before.talk?.turns.length ?? 0, after.talk?.turns.length ?? 0) }, (_, i) => i)
  const failed = (talk: Talk | undefined, n: number | undefined) => talk?.checks.filter((check) => !check.passed && n !== undefined && check.turn === n) ?? []
  const [unfolded, setUnfolded] = useState(false)
  const alike = (differ ?? 1) - 1 // turns at the start that are the same
  const folded = !unfolded && alike > 4 ? alike - 2 : 0
  const step = (by: number, words: string, arrow: string) => pairs[at + by]
    ? <Link className="button" replace to={{ pathname: '/compare', search: pairSearch(text, pairs[at + by] as ChangedPair) }} aria-label={words} title={words}>{arrow}</Link>
    : <span className="button off" aria-hidden="true">{arrow}</span>
  return (
    <>
      <div className="talk-top">
        <div className="talk-head">
          <p className="crumbs"><Link to={`/compare${list}`}>What changed</Link> / side by side</p>
          <h1>{run.personaName(pair.persona)} <span aria-hidden="true">→</span> {pair.scenario}{pair.edge_case !== '' && <> · {pair.edge_case}</>} <small>{pair.adversary}</small></h1>
        </div>
        <nav className="pager" aria-label="Other cells that changed">
          {step(-1, 'Previous changed cell (k)', '←')}<span>cell {at + 1} of {pairs.length}</span>{step(1, 'Next changed cell (j)', '→')}
        </nav>
      </div>
      {before.talk && after.talk && (
        <div className="pair-facts">
          <p className="note">{differ === undefined ? 'Both say the same.' : differ === 1 ? 'They differ from the first turn on.' : `They say the same up to turn ${differ - 1}.`} <Link to={`/conversations/${pair.after.conversation}`}>The newer one by itself</Link></p>
          <Scores before={before.talk} after={after.talk} />
        </div>
      )}
      <div className="pair">
        <div className="pair-row heads">
          <SideHead title={comparison.before.title} loaded={before} words="Before" />
          <SideHead title={comparison.after.title} loaded={after} words="After" />
        </div>
        {folded > 0 && <button type="button" className="button pair-fold" onClick={() => setUnfolded(true)}>Show the first {folded} turns, which are the same</button>}
        {turns.slice(folded).map((i) => {
          const was = before.talk?.turns[i]
          const is = after.talk?.turns[i]
          const same = sameTurn(was, is)
          return (
            <div key={i} className={differ === i + 1 && i > 0 ? 'pair-row first-difference' : 'pair-row'}>
              <Said turn={was} checks={failed(before.talk, was?.n)} same={same} side="before" known={before.talk !== undefined} />
              <Said turn={is} checks={failed(after.talk, is?.n)} same={same} side="after" known={after.talk !== undefined} />
            </div>
          )
        })}
      </div>
    </>
  )
}
