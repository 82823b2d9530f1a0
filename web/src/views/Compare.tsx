import { useSearchParams } from 'react-router'
import { useOpened } from '../context'
import { answerTone, answerWords, bases, cellKey, reasonOf, standing, useComparison } from '../data/comparison'
import { percent } from '../data/rates'
import { count, plural, sentence } from '../data/words'
import type { Comparison, Difference } from '../generated/report'
import { ChangedCells, changeNames, type Change } from './compare/ChangedCells'
import { Pair } from './compare/Pair'

const signed = (value: number, show: (value: number) => string): string => `${value > 0 ? '+' : value < 0 ? '−' : ''}${show(Math.abs(value))}`
const points = (value: number): string => `${(100 * value).toFixed(1)} points`

/** Before and after on one scale from 0 to 100 %, with the interval of the change below. */
function Rates({ overall }: { overall: Difference }) {
  const at = (value: number) => `${value * 100}%`
  const worse = overall.after < overall.before
  return (
    <div className="shift" role="img" aria-label={`${percent(overall.before)} before, ${percent(overall.after)} after`}>
      <span className={worse ? 'shift-span worse' : 'shift-span'} style={{ left: at(Math.min(overall.before, overall.after)), width: at(Math.abs(overall.change)) }} />
      <span className="shift-point before" style={{ left: at(overall.before) }} />
      <span className={worse ? 'shift-point worse' : 'shift-point'} style={{ left: at(overall.after) }} />
    </div>
  )
}

export function Answer({ comparison }: { comparison: Comparison }) {
  const { overall, before, after } = comparison
  return (
    <section className={`verdict ${answerTone[comparison.answer]}`} aria-labelledby="answer">
      <div className="verdict-words">
        <h2 id="answer" className="verdict-title">{answerWords[comparison.answer]}</h2>
        <p className="verdict-reason">{reasonOf(comparison)}</p>
        <p className="note">{before.title}{before.agent_version && `, agent ${before.agent_version}`} <span aria-hidden="true">→</span><span className="sr">then</span> {after.title}{after.agent_version && `, agent ${after.agent_version}`}</p>
      </div>
      <div className="verdict-rate">
        <p className="big"><span>{percent(overall.before)}</span> <span aria-hidden="true" className="arrow">→</span><span className="sr">then</span> <span>{percent(overall.after)}</span> passed</p>
        <Rates overall={overall} />
        <p className="note">
          95 % interval of the change {signed(overall.interval[0], points)} to {signed(overall.interval[1], points)}; {count(overall.pairs)} pairs in {plural(overall.cells, 'cell')}
        </p>
      </div>
    </section>
  )
}

function Table({ title, note, rows, show }: { title: string; note: string; rows: readonly Difference[]; show: (value: number) => string }) {
  if (rows.length === 0) return null
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p className="note">{note}</p>
      <div className="scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
        <table className="plain deltas">
          <thead><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Change</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.dimension} ${row.value}`}>
                <th scope="row"><span>{row.value || 'all'}{row.dimension !== '' && row.dimension !== 'check' && row.dimension !== 'criterion' && <small> {row.dimension}</small>}</span></th>
                <td>{show(row.before)}</td><td>{show(row.after)}</td>
                <td><b className={row.change < 0 ? 'delta down' : 'delta up'}>{signed(row.change, show)}</b>{row.p_adjusted !== null && row.p_adjusted < 0.05 && <span className="tag">beyond chance</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const moved = (rows: readonly Difference[], least: number, most: number): Difference[] =>
  rows.filter((row) => Math.abs(row.change) >= least).sort((a, b) => (a.p_adjusted ?? 1) - (b.p_adjusted ?? 1) || a.change - b.change).slice(0, most)

function Different({ comparison }: { comparison: Comparison }) {
  const { forced, only_before: before, only_after: after, before: was, after: is } = comparison
  const lines = [
    forced.length > 0 && `Not only the agent differs: ${forced.slice(0, 6).join(', ')}${forced.length > 6 ? ` and ${forced.length - 6} more` : ''}.`,
    before > 0 && `${plural(before, 'cell')} of the older side did not run again.`,
    after > 0 && `${plural(after, 'cell')} ${after === 1 ? 'is' : 'are'} new.`,
    was.invalid + is.invalid > 0 && `Invalid conversations: ${was.invalid} before, ${is.invalid} after; they are left out.`,
  ].filter((line) => line !== false)
  return lines.length === 0 ? null : <ul className="note caveats">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
}

function Found({ comparison }: { comparison: Comparison }) {
  const [search] = useSearchParams()
  const cell = search.get('cell')
  const wanted = search.get('changes')
  const change = (Object.keys(changeNames).find((key) => key === wanted) ?? '') as Change | ''
  const pairs = comparison.pairs.filter((pair) => change === '' || pair.change === change)
  const at = pairs.findIndex((pair) => cellKey(pair) === cell)
  const pair = pairs[at]
  if (pair) return <Pair key={cell} comparison={comparison} pair={pair} pairs={pairs} at={at} />
  return (
    <>
      <Answer comparison={comparison} />
      <Different comparison={comparison} />
      <ChangedCells comparison={comparison} pairs={pairs} change={change} />
      <div className="two">
        <Table title="Checks that moved" note="Share of conversations in which the check found nothing." rows={moved(comparison.checks, 0.0005, 12)} show={(value) => percent(value)} />
        <Table title="Scores that moved" note="Mean level, 1 to 5." rows={moved(comparison.criteria, 0.01, 12)} show={(value) => value.toFixed(2)} />
      </div>
      <Table title="Slices that moved most" note="Pass rate." rows={moved(comparison.slices, 0.0005, 10)} show={(value) => percent(value)} />
    </>
  )
}

export function Compare() {
  const opened = useOpened()
  const [search, setSearch] = useSearchParams()
  const choices = bases(opened)
  const base = opened.store ? search.get('with') ?? standing(opened) ?? choices[0]?.key : standing(opened)
  const compared = useComparison(base)
  const inPair = search.get('cell') !== null && compared.state === 'here'
  const choose = (key: string) => setSearch({ with: key }, { replace: true })
  return (
    <div className={inPair ? 'page compare in-pair' : 'page compare'}>
      {!inPair && <h1>What changed</h1>}
      {!inPair && opened.store && (
        <div className="filters">
          <label className="field">
            <span>Compared with</span>
            <select value={base ?? ''} onChange={(event) => choose(event.target.value)}>
              {choices.every((one) => one.key !== base) && <option value={base ?? ''}>{base ?? 'nothing'}</option>}
              {choices.map((one) => <option key={one.key} value={one.key}>{one.words}</option>)}
            </select>
          </label>
        </div>
      )}
      {compared.state === 'none' && <p className="empty">There is nothing to compare this run with yet: another run of the same suite, or <code>sosia baseline set main</code>.</p>}
      {compared.state === 'reading' && <p className="empty" role="status">Comparing…</p>}
      {compared.state === 'absent' && <p className="empty" role="alert">{sentence(compared.why)}</p>}
      {compared.state === 'here' && <Found comparison={compared.comparison} />}
    </div>
  )
}
