import type { Column, Run } from '../../data/run'
import { median } from '../../data/tally'
import { count, money } from '../../data/words'

interface Role {
  name: string
  total: number
  median: number
  most: number
  n: number
}

const roles: readonly (readonly [Column, string])[] = [['cost', 'agent'], ['cost_user', 'simulated users'], ['cost_judge', 'judge']]

function roleOf(run: Run, rows: ArrayLike<number>, column: Column, name: string): Role | undefined {
  const costs: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const cost = run.number(column, rows[i] as number)
    if (cost >= 0) costs.push(cost / 1e6)
  }
  if (costs.length === 0) return undefined
  costs.sort((a, b) => a - b)
  return { name, total: costs.reduce((sum, cost) => sum + cost, 0), median: median(costs), most: costs.at(-1) ?? 0, n: costs.length }
}

/** Roles whose cost the records know; the others are not mentioned. */
export function Cost({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const known = roles.map(([column, name]) => roleOf(run, rows, column, name)).filter((role) => role !== undefined)
  if (known.length === 0) return null
  const total = known.reduce((sum, role) => sum + role.total, 0)
  const most = Math.max(...known.map((role) => role.total), 1e-9)
  return (
    <section className="chart" aria-labelledby="cost">
      <h2 id="cost">What it cost</h2>
      <dl className="facts">
        <div><dt>in all</dt><dd>{money(total)}</dd></div>
        <div><dt>a conversation</dt><dd>{money(total / Math.max(1, rows.length))}</dd></div>
      </dl>
      <ul className="rows endings">
        {known.map((role) => (
          <li key={role.name} data-tip={`${role.name}\nmedian conversation ${money(role.median)}, dearest ${money(role.most)}`}>
            <span className="rows-name">{role.name}</span>
            <span className="hbar" style={{ width: `${(100 * role.total) / most}%` }} aria-hidden="true" />
            <span className="number">{money(role.total)}</span>
          </li>
        ))}
      </ul>
      <p className="note">{known.map((role) => `${role.name}: ${count(role.n)} conversations, median ${money(role.median)}, dearest ${money(role.most)}`).join('. ')}.</p>
    </section>
  )
}
