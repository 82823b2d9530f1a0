import type { Run } from '../../data/run'
import { median } from '../../data/tally'
import { count, money } from '../../data/words'

export function Cost({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const costs: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const cost = run.number('cost', rows[i] as number)
    if (cost >= 0) costs.push(cost / 1e6)
  }
  if (costs.length === 0) return null
  costs.sort((a, b) => a - b)
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  return (
    <section className="chart" aria-labelledby="cost">
      <h2 id="cost">What it cost</h2>
      <dl className="facts">
        <div><dt>agent, in all</dt><dd>{money(total)}</dd></div>
        <div><dt>agent, median conversation</dt><dd>{money(median(costs))}</dd></div>
        <div><dt>agent, dearest</dt><dd>{money(costs.at(-1) ?? 0)}</dd></div>
        <div><dt>simulated users, judge</dt><dd>{money(0)} <small>rules</small></dd></div>
      </dl>
      <p className="note">As the agent reported it in {count(costs.length)} conversations.</p>
    </section>
  )
}
