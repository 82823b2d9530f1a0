import { memo, useMemo, useRef, useSyncExternalStore } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useFilter, useOpened } from '../context'
import { matching, searchOf } from '../data/filter'
import type { Run } from '../data/run'
import { duration, endingWords } from '../data/words'
import { FilterBar } from '../ui/FilterBar'
import { useKeys } from '../ui/keys'
import { OutcomeBadge } from '../ui/Outcome'
import { useRows } from '../ui/rows'
import { useListKeys } from './Failures'

const sorts = {
  worst: 'worst first',
  plan: 'in plan order',
  turns: 'most turns',
  slow: 'slowest reply',
  upset: 'most upset',
  score: 'lowest score',
} as const
type Sort = keyof typeof sorts

function sorted(run: Run, rows: Int32Array, sort: Sort): Int32Array {
  const rank = [2, 0, 1] // failed, invalid, passed
  const by: Record<Sort, (row: number) => number> = {
    worst: (row) => rank[run.number('outcome', row)] as number,
    plan: (row) => row,
    turns: (row) => -run.number('user_turns', row),
    slow: (row) => -run.number('latency_max_ms', row),
    upset: (row) => -run.number('emotion_peak', row),
    score: (row) => (run.number('score', row) < 0 ? Infinity : run.number('score', row)),
  }
  const key = by[sort]
  return Int32Array.from(rows).sort((a, b) => key(a) - key(b) || a - b)
}

function Line({ run, row, search }: { run: Run; row: number; search: string }) {
  const check = run.value('check', row)
  const quote = run.text('quote', row) || run.text('detail', row)
  const edge = run.value('edge_case', row)
  const score = run.number('score', row)
  return (
    <Link to={`/conversations/${run.id(row)}${search}`} className="line" data-line>
      <OutcomeBadge outcome={run.outcome(row)} short />
      <span className="line-who">
        <b>{run.personaName(run.value('persona', row))}</b> <span aria-hidden="true">→</span> {run.value('scenario', row)}
        {edge !== 'happy path' && <span className="line-edge"> · {edge}</span>}
      </span>
      <span className="line-how">{run.value('adversary', row)}{run.repetitions > 1 && ` #${run.number('repetition', row)}`}</span>
      <span className="line-why">
        {check !== '' ? <><b>{check}</b> {quote}</> : <span className="quiet">{endingWords(run.value('ended', row))}{quote && `: ${quote}`}</span>}
      </span>
      <span className="line-numbers">
        <span>{run.number('user_turns', row)} turns</span>
        <span>{duration(run.number('latency_max_ms', row))}</span>
        <span>{score < 0 ? '' : (score / 100).toFixed(1)}</span>
      </span>
    </Link>
  )
}

const Place = memo(function Place({ run, row, search, of, at }: { run: Run; row: number; search: string; of: number; at: number }) {
  return (
    <div role="listitem" aria-setsize={of} aria-posinset={at} className="line-place">
      <Line run={run} row={row} search={search} />
    </div>
  )
})

const narrow = window.matchMedia('(max-width: 60rem)')

/** Lines have one height on wide and one on narrow windows (lists.css), so none has to be measured. */
function useLineHeight(): number {
  const isNarrow = useSyncExternalStore((changed) => {
    narrow.addEventListener('change', changed)
    return () => narrow.removeEventListener('change', changed)
  }, () => narrow.matches)
  return isNarrow ? 88 : 46
}

export function Conversations() {
  const { run } = useOpened()
  const [search, setSearch] = useSearchParams()
  const navigate = useNavigate()
  const filter = useFilter()
  const carried = searchOf(filter)
  const sort = (Object.keys(sorts).find((key) => key === search.get('sort')) ?? 'worst') as Sort
  const rows = useMemo(() => sorted(run, matching(run, filter), sort), [run, carried, sort])
  const list = useRef<HTMLDivElement>(null)
  const shown = useRows(list, rows.length, useLineHeight())
  useListKeys('[data-line]')
  useKeys({ u: () => void navigate(`/failures${carried}`) })
  return (
    <div className="page conversations">
      <h1>Conversations</h1>
      <FilterBar matches={rows.length} />
      <div className="filters">
        <label className="field">
          <span>Order</span>
          <select value={sort} onChange={(event) => setSearch((now) => { now.set('sort', event.target.value); return now }, { replace: true })}>
            {Object.entries(sorts).map(([key, words]) => <option key={key} value={key}>{words}</option>)}
          </select>
        </label>
      </div>
      {rows.length === 0 && <p className="empty">No conversation matches these filters.</p>}
      <div ref={list} className="lines" role="list" style={{ height: shown.height }}>
        <div className="line-places" style={{ transform: `translateY(${shown.top}px)` }}>
          {Array.from(rows.subarray(shown.first, shown.end), (row, i) => (
            <Place key={row} run={run} row={row} search={carried} of={rows.length} at={shown.first + i + 1} />
          ))}
        </div>
      </div>
    </div>
  )
}
