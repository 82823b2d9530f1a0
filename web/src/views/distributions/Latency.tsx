import type { Run } from '../../data/run'
import { count, duration } from '../../data/words'
import { Bars, type Bar } from './Bars'

/** Joins the file's fine bins into at most `wanted` bars of equal ratio. */
function bars(bins: readonly (readonly number[])[], wanted = 24): Bar[] {
  const low = bins[0]?.[0] ?? 1
  const high = bins.at(-1)?.[0] ?? 1
  const ratio = Math.max(1.1, (high / low) ** (1 / wanted))
  const out: Bar[] = []
  let from = 0
  let edge = low
  let value = 0
  const close = () => {
    out.push({ label: duration(edge), value, tip: `${from === 0 ? 'up to' : `${duration(from)} to`} ${duration(edge)}\n${count(value)} replies` })
    from = edge
    value = 0
  }
  for (const [upper = 0, n = 0] of bins) {
    while (upper > edge) {
      close()
      edge = Math.max(edge + 1, Math.round(edge * ratio))
    }
    value += n
  }
  close()
  return out
}

function percentile(bins: readonly (readonly number[])[], p: number): number {
  const total = bins.reduce((sum, bin) => sum + (bin[1] ?? 0), 0)
  let seen = 0
  for (const [upper = 0, n = 0] of bins) {
    seen += n
    if (seen >= p * total) return upper
  }
  return 0
}

/** Slowest replies of the filtered conversations, in the same kind of bins. */
function slowestBins(run: Run, rows: ArrayLike<number>): number[][] {
  const counts = new Map<number, number>()
  for (let i = 0; i < rows.length; i++) {
    const ms = Math.max(1, run.number('latency_max_ms', rows[i] as number))
    const upper = Math.ceil(1.1 ** Math.ceil(Math.log(ms) / Math.log(1.1)))
    counts.set(upper, (counts.get(upper) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => a[0] - b[0])
}

export function Latency({ run, rows, whole }: { run: Run; rows: ArrayLike<number>; whole: boolean }) {
  const { latency } = run.report.run.metrics
  const bins = whole ? run.report.latency : slowestBins(run, rows)
  const shown = whole
    ? ([['p50', latency.p50_ms], ['p95', latency.p95_ms], ['max', latency.max_ms]] as const)
    : ([['p50', percentile(bins, 0.5)], ['p95', percentile(bins, 0.95)], ['max', percentile(bins, 1)]] as const)
  const drawn = bars(bins)
  return (
    <section className="chart" aria-labelledby="latency">
      <h2 id="latency">{whole ? 'Reply time' : 'Slowest reply of each conversation'}</h2>
      <dl className="facts">{shown.map(([name, ms]) => <div key={name}><dt>{name}</dt><dd>{duration(ms)}</dd></div>)}</dl>
      <Bars bars={drawn} every={Math.ceil(drawn.length / 5)} words={shown.map(([name, ms]) => `${name} ${duration(ms)}`).join(', ')} />
      <p className="note">{whole ? `${count(latency.n)} replies; logarithmic scale.` : 'Of the filtered conversations; logarithmic scale.'}</p>
    </section>
  )
}
