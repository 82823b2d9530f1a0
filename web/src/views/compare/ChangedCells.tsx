import { Link, useLocation, useSearchParams } from 'react-router'
import { useOpened } from '../../context'
import { cellKey } from '../../data/comparison'
import { count, plural } from '../../data/words'
import type { ChangedPair, Comparison } from '../../generated/report'
import { useListKeys } from '../Failures'

export const changeNames = { failing: 'fails now', passing: 'passes now', score: 'score moved' } as const
export type Change = keyof typeof changeNames

export const pairSearch = (search: string, pair: ChangedPair): string => {
  const next = new URLSearchParams(search)
  next.set('cell', cellKey(pair))
  return `?${next.toString()}`
}

const rate = (side: ChangedPair['before']): string => (side.n === 1 ? (side.passed === 1 ? 'passed' : 'failed') : `${side.passed} of ${side.n}`)

function Sides({ pair }: { pair: ChangedPair }) {
  const { before, after } = pair
  if (pair.change === 'score' && before.score !== undefined && after.score !== undefined) {
    const change = after.score - before.score
    return <span className="cell-sides">{before.score.toFixed(1)} <span aria-hidden="true">→</span><span className="sr">then</span> {after.score.toFixed(1)} <b className={change < 0 ? 'delta down' : 'delta up'}>{change < 0 ? '−' : '+'}{Math.abs(change).toFixed(1)}</b></span>
  }
  return <span className="cell-sides">{rate(before)} <span aria-hidden="true">→</span><span className="sr">then</span> <b className={pair.change === 'failing' ? 'delta down' : 'delta up'}>{rate(after)}</b></span>
}

function Cell({ pair, search }: { pair: ChangedPair; search: string }) {
  const { run } = useOpened()
  return (
    <li>
      <Link to={{ pathname: '/compare', search: pairSearch(search, pair) }} className="cell-line" data-line>
        <span className={`badge ${pair.change === 'failing' ? 'failed' : pair.change === 'passing' ? 'passed' : 'invalid'}`}>{changeNames[pair.change]}</span>
        <span className="cell-who"><b>{run.personaName(pair.persona)}</b> <span aria-hidden="true">→</span> {pair.scenario}{pair.edge_case !== '' && ` · ${pair.edge_case}`} <small>{pair.adversary}</small></span>
        <span className="cell-why">{pair.checks.slice(0, 2).join(', ')}{pair.checks.length > 2 && ` and ${pair.checks.length - 2} more`}{pair.flaky && <span className="tag">flaky</span>}</span>
        <Sides pair={pair} />
      </Link>
    </li>
  )
}

/** Every cell that changed; each opens both conversations side by side. */
export function ChangedCells({ comparison, pairs, change }: { comparison: Comparison; pairs: readonly ChangedPair[]; change: Change | '' }) {
  const [search, setSearch] = useSearchParams()
  const { search: text } = useLocation()
  useListKeys('[data-line]')
  const choose = (key: string) => {
    const next = new URLSearchParams(search)
    if (key === '') next.delete('changes')
    else next.set('changes', key)
    setSearch(next, { replace: true })
  }
  const shown = comparison.pairs.filter((pair) => pair.change !== 'score').length
  const missing = comparison.failing + comparison.passing - shown
  return (
    <section aria-labelledby="cells" className="cells">
      <div className="cells-top">
        <h2 id="cells">Cells that changed</h2>
        <label className={change === '' ? 'field' : 'field on'}>
          <span>Show</span>
          <select value={change} onChange={(event) => choose(event.target.value)}>
            <option value="">all</option>
            {Object.entries(changeNames).map(([key, words]) => <option key={key} value={key}>{words}</option>)}
          </select>
        </label>
      </div>
      <p className="note">{plural(comparison.failing, 'cell')} {comparison.failing === 1 ? 'fails' : 'fail'} more often now, {count(comparison.passing)} less often. Each line opens both conversations side by side.</p>
      {pairs.length === 0 ? <p className="empty">No cell changed.</p> : <ul className="cell-list">{pairs.map((pair) => <Cell key={`${pair.change} ${cellKey(pair)}`} pair={pair} search={text} />)}</ul>}
      {missing > 0 && <p className="note">{count(missing)} more changed and are not listed; <code>sosia compare --all</code> prints them.</p>}
    </section>
  )
}
