import { Link } from 'react-router'
import type { Run } from '../../data/run'
import { median } from '../../data/tally'
import { plural } from '../../data/words'

interface Line {
  persona: string
  turns: number[] // sorted
  median: number
  outliers: number[] // rows
}

function lines(run: Run, rows: ArrayLike<number>): Line[] {
  const of = new Map<string, number[]>()
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    if (run.number('resolved', row) === 0) continue
    const persona = run.value('persona', row)
    const list = of.get(persona)
    if (list) list.push(row)
    else of.set(persona, [row])
  }
  return [...of].map(([persona, list]) => {
    const turns = list.map((row) => run.number('user_turns', row)).sort((a, b) => a - b)
    const middle = median(turns)
    return { persona, turns, median: middle, outliers: list.filter((row) => run.number('user_turns', row) > 3 * middle) }
  }).sort((a, b) => b.median - a.median || a.persona.localeCompare(b.persona))
}

function Dots({ line, most }: { line: Line; most: number }) {
  const counts = new Map<number, number>()
  for (const n of line.turns) counts.set(n, (counts.get(n) ?? 0) + 1)
  const largest = Math.max(...counts.values())
  const at = (n: number) => `${(100 * (n - 0.5)) / most}%`
  return (
    <span className="dots" role="img" aria-label={`median ${line.median} turns, at most ${line.turns.at(-1)}, n = ${line.turns.length}`}>
      <i className="dots-median" style={{ left: at(line.median) }} />
      {[...counts].map(([n, k]) => (
        <i key={n} className={n > 3 * line.median ? 'dot outlier' : 'dot'} data-tip={`${plural(n, 'turn')}\n${plural(k, 'conversation')}`}
           style={{ left: at(n), width: `${5 + 11 * Math.sqrt(k / largest)}px` }} />
      ))}
    </span>
  )
}

export function Turns({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const shown = lines(run, rows)
  const most = Math.max(4, ...shown.map((line) => line.turns.at(-1) ?? 0))
  return (
    <section className="chart wide" aria-labelledby="turns">
      <h2 id="turns">User turns to resolution, by persona</h2>
      <p className="note">Resolved conversations only. The bar is the median; a dot's area says how many. More than three times the median is marked.</p>
      {shown.length === 0 ? <p className="empty">None was resolved.</p> : (
        <ul className={shown.some((line) => line.outliers.length > 0) ? 'rows' : 'rows no-notes'}>
          {shown.map((line) => (
            <li key={line.persona}>
              <span className="rows-name">{run.personaName(line.persona)}</span>
              <Dots line={line} most={most} />
              <span className="number">{line.median}<small> n = {line.turns.length}</small></span>
              {line.outliers.length > 0 && (
                <span className="rows-note">{line.outliers.slice(0, 4).map((row) => <Link key={row} to={`/conversations/${run.id(row)}`}><code>{run.id(row).slice(0, 6)}</code></Link>)}</span>
              )}
            </li>
          ))}
          <li className="rows-scale" aria-hidden="true"><span /><span className="scale"><span>1</span><span>{Math.ceil(most / 2)}</span><span>{most} turns</span></span></li>
        </ul>
      )}
    </section>
  )
}
