import { useMemo, useRef, type KeyboardEvent } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useFilter, useOpened } from '../context'
import { matching, searchOf, withFilter, type Filter } from '../data/filter'
import { intervalText, percent } from '../data/rates'
import type { Dimension, Run } from '../data/run'
import { all, crossTally, rateOfTally, sum, type Tally } from '../data/tally'
import { plural } from '../data/words'
import { FilterBar } from '../ui/FilterBar'

const shades = [0, 12, 24, 36, 48, 60, 70, 90, 100]

/**
 * Shades where the differences are that matter: 100 % is calm, 70 % is alarming, below 40 % is as bad as it gets. Where n is small the
 * shade leans towards the run's pass rate: one failure of two is no news, ten of twenty are.
 */
function badness(counts: Tally, overall: number): number {
  const lean = 2
  const rate = (counts.passed + lean * overall) / (counts.passed + counts.failed + lean)
  const bad = Math.min(1, (1 - rate) / 0.6) ** 0.8
  return counts.failed === 0 ? 0 : shades[Math.max(1, Math.round(bad * (shades.length - 1)))] as number
}

interface Axis {
  dimension: Dimension
  order: number[]
}

function ordered(run: Run, rows: Int32Array, dimension: Dimension): Axis {
  const one = { values: ['all'], codes: new Int32Array(run.size) }
  const totals = crossTally(run, rows, dimension, one).map((line) => line[0] as Tally)
  const rate = (code: number) => rateOfTally(totals[code] as Tally, run.repetitions).value
  const order = dimension.values.map((_, code) => code).filter((code) => all(totals[code] as Tally) > 0)
  order.sort((a, b) => rate(a) - rate(b) || (dimension.values[a] as string).localeCompare(dimension.values[b] as string))
  return { dimension, order }
}

function Cell({ run, counts, words, to }: { run: Run; counts: Tally; words: string; to: string }) {
  const n = counts.passed + counts.failed
  if (n + counts.invalid === 0) return <td className="heat none"><span className="sr">not run</span></td>
  const rate = rateOfTally(counts, run.repetitions)
  const bad = badness(counts, run.report.run.pass_rate.value)
  const lines = [words, n > 0 ? `${counts.passed} of ${n} passed` : 'none valid', n > 0 ? `95 % interval ${intervalText(rate)}` : '',
                 counts.invalid > 0 ? `${counts.invalid} invalid` : ''].filter(Boolean)
  return (
    <td className="heat">
      <Link to={to} aria-label={lines.join(', ')} data-tip={lines.join('\n')} className={bad > 80 ? 'strong' : undefined}
            style={n === 0 ? undefined : { background: `color-mix(in oklab, var(--heat-bad) ${bad}%, var(--heat-good))` }}>
        <span className="heat-rate">{n === 0 ? '–' : Math.floor(rate.value * 100)}</span>
        <span className="heat-n">{n}{counts.invalid > 0 && <b>+{counts.invalid}!</b>}</span>
      </Link>
    </td>
  )
}

function name(run: Run, dimension: Dimension, code: number): string {
  const value = dimension.values[code] as string
  return dimension.key === 'persona' ? run.personaName(value) : value
}

function HeatMap({ run, rows, across, down, filter, title }: { run: Run; rows: Int32Array; across: Axis; down: Axis; filter: Filter; title: string }) {
  const table = useRef<HTMLTableElement>(null)
  const counts = useMemo(() => crossTally(run, rows, down.dimension, across.dimension), [run, rows, down, across])
  const columns = across.order.filter((code) => counts.some((line) => all(line[code] as Tally) > 0))
  const lines = down.order.filter((code) => (counts[code] as Tally[]).some((cell) => all(cell) > 0))
  const to = (changes: Record<string, string>) => `/conversations${searchOf(withFilter(filter, changes))}`
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    const cell = document.activeElement?.closest('td')
    if (!step || !cell || !table.current) return
    const row = (cell.parentElement as HTMLTableRowElement).rowIndex + (step[0] as number)
    const next = table.current.rows[row]?.cells[cell.cellIndex + (step[1] as number)]?.querySelector('a')
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  const value = (axis: Axis, code: number) => axis.dimension.values[code] as string
  return (
    <div className="scroll" role="region" aria-label={title} tabIndex={0}>
      <table className={columns.length > 9 ? 'heatmap narrow' : 'heatmap'} ref={table} onKeyDown={move}>
        <caption className="sr">{title}: pass rate in per cent, worst first</caption>
        <thead>
          <tr>
            <th scope="col" className="corner">{down.dimension.label}</th>
            {columns.map((code) => <th key={code} scope="col"><span>{name(run, across.dimension, code)}</span></th>)}
            <th scope="col" className="total"><span>all</span></th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line}>
              <th scope="row">{name(run, down.dimension, line)}</th>
              {columns.map((column) => (
                <Cell key={column} run={run} counts={counts[line]?.[column] as Tally}
                      words={`${name(run, down.dimension, line)} × ${name(run, across.dimension, column)}`}
                      to={to({ [down.dimension.key]: value(down, line), [across.dimension.key]: value(across, column) })} />
              ))}
              <Cell run={run} counts={sum(counts[line] as Tally[])} words={`${name(run, down.dimension, line)}, all`}
                    to={to({ [down.dimension.key]: value(down, line) })} />
            </tr>
          ))}
          <tr className="totals">
            <th scope="row">all</th>
            {columns.map((column) => (
              <Cell key={column} run={run} counts={sum(lines.map((line) => counts[line]?.[column] as Tally))}
                    words={`${name(run, across.dimension, column)}, all`} to={to({ [across.dimension.key]: value(across, column) })} />
            ))}
            <Cell run={run} counts={sum(lines.map((line) => sum(counts[line] as Tally[])))} words="all" to={to({})} />
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function AxisSelect({ label, value, onChange, none = false }: { label: string; value: string; onChange: (key: string) => void; none?: boolean }) {
  const { run } = useOpened()
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {none && <option value="">nothing</option>}
        {run.dimensionKeys.map((key) => <option key={key} value={key}>{run.label(key)}</option>)}
      </select>
    </label>
  )
}

export function Matrix() {
  const { run } = useOpened()
  const [search, setSearch] = useSearchParams()
  const filter = useFilter()
  const rows = useMemo(() => matching(run, filter), [run, search])
  const choose = (key: string) => (value: string) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(key)
    else next.set(key, value)
    setSearch(next, { replace: true })
  }
  const key = (param: string, otherwise: string) => search.get(param) ?? otherwise
  const down = run.dimension(key('rows', 'persona')) as Dimension
  const across = run.dimension(key('columns', 'scenario')) as Dimension
  const facet = run.dimension(key('facet', ''))
  const axes = useMemo(() => ({ down: ordered(run, rows, down), across: ordered(run, rows, across) }), [run, rows, down, across])
  const facets = facet ? ordered(run, rows, facet).order : []
  return (
    <div className="page matrix">
      <h1>Matrix</h1>
      <FilterBar matches={rows.length} without={['outcome']} />
      <div className="filters axes" role="group" aria-label="Axes">
        <AxisSelect label="Rows" value={down.key} onChange={choose('rows')} />
        <AxisSelect label="Columns" value={across.key} onChange={choose('columns')} />
        <AxisSelect label="Split by" value={facet?.key ?? ''} onChange={choose('facet')} none />
        <div className="legend" aria-hidden="true">
          <span>0 %</span><i className="legend-scale" /><span>100 %</span>
          <span className="legend-n">small number: conversations</span>
        </div>
      </div>
      {rows.length === 0 && <p className="empty">No conversation matches these filters.</p>}
      {rows.length > 0 && !facet && <HeatMap run={run} rows={rows} {...axes} filter={filter} title={`${down.label} by ${across.label.toLowerCase()}`} />}
      {facet && facets.map((code) => {
        const part = rows.filter((row) => facet.codes[row] === code)
        const title = name(run, facet, code)
        return (
          <section key={code} className="facet">
            <h2>{title} <small>{plural(part.length, 'conversation')}, {percent(rateOfTally(crossTally(run, part, { values: ['all'], codes: new Int32Array(run.size) }, { values: ['all'], codes: new Int32Array(run.size) })[0]?.[0] as Tally, run.repetitions).value)} passed</small></h2>
            <HeatMap run={run} rows={part} {...axes} filter={withFilter(filter, { [facet.key]: facet.values[code] })} title={title} />
          </section>
        )
      })}
      <p className="note">Worst first in both directions. Numbers are pass rates in per cent, rounded down; the interval is in the tip. Where conversations are few, the shade leans towards the run's rate.</p>
    </div>
  )
}
