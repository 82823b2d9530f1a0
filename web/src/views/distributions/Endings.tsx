import { Link } from 'react-router'
import type { Run } from '../../data/run'
import { count, endingWords } from '../../data/words'

export function Endings({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const counts = new Map<string, number>()
  for (let i = 0; i < rows.length; i++) {
    const ended = run.value('ended', rows[i] as number)
    counts.set(ended, (counts.get(ended) ?? 0) + 1)
  }
  const shown = [...counts].sort((a, b) => b[1] - a[1])
  const most = shown[0]?.[1] ?? 1
  return (
    <section className="chart" aria-labelledby="endings">
      <h2 id="endings">How conversations ended</h2>
      <ul className="rows endings">
        {shown.map(([ended, n]) => (
          <li key={ended}>
            <Link className="rows-name" to={`/conversations?ended=${ended}`}>{endingWords(ended)}</Link>
            <span className="hbar" style={{ width: `${(100 * n) / most}%` }} aria-hidden="true" />
            <span className="number">{count(n)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
