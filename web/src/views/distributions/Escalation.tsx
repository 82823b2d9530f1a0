import type { Column, Run } from '../../data/run'
import { count } from '../../data/words'
import { Bars } from './Bars'

/** By exchange: a turn of the user and the agent's answer. */
function byExchange(run: Run, rows: ArrayLike<number>, column: Column): number[] {
  const counts: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const turn = run.number(column, rows[i] as number)
    const exchange = Math.ceil(turn / 2)
    if (turn > 0) counts[exchange] = (counts[exchange] ?? 0) + 1
  }
  return Array.from(counts, (n) => n ?? 0)
}

/** Answers between the demand and the one that hands over, where both happened. */
function waits(run: Run, rows: ArrayLike<number>): number[] {
  const counts: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const demanded = run.number('human_demanded_at', row)
    const handed = run.number('handed_over_at', row)
    const answers = Math.ceil(handed / 2) - Math.ceil(demanded / 2)
    if (demanded > 0 && handed > demanded) counts[answers] = (counts[answers] ?? 0) + 1
  }
  return Array.from(counts, (n) => n ?? 0)
}

export function Escalation({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const demanded = byExchange(run, rows, 'human_demanded_at')
  const handed = byExchange(run, rows, 'handed_over_at')
  const wait = waits(run, rows)
  const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0)
  const turns = Math.max(demanded.length, handed.length, 2)
  const { too_early: early, too_late: late, without_context: without } = run.report.run.metrics.escalation
  const bars = Array.from({ length: turns - 1 }, (_, i) => {
    const n = i + 1
    return [
      { label: String(n), value: demanded[n] ?? 0, tip: `exchange ${n}\n${demanded[n] ?? 0} demanded a person`, tone: 'second' as const },
      { label: '', value: handed[n] ?? 0, tip: `exchange ${n}\n${handed[n] ?? 0} handed over` },
    ]
  }).flat()
  const none = total(demanded) + total(handed) === 0
  return (
    <section className="chart" aria-labelledby="escalation">
      <h2 id="escalation">When a person was asked for, and brought in</h2>
      <dl className="facts">
        <div><dt>demanded</dt><dd>{count(total(demanded))}</dd></div>
        <div><dt>handed over</dt><dd>{count(total(handed))}</dd></div>
        {total(wait) > 0 && <div><dt>at once, when demanded</dt><dd>{count(wait[0] ?? 0)} of {count(total(wait))}</dd></div>}
        <div><dt>too early, too late, without context <small>(whole run)</small></dt><dd>{early}, {late}, {without}</dd></div>
      </dl>
      {none ? <p className="empty">Nobody asked for a person.</p> : (
        <>
          <Bars bars={bars}
                words={`${total(demanded)} demanded a person, ${total(handed)} were handed over`} />
          <p className="note keys"><span className="key second">demanded</span><span className="key">handed over</span> by exchange (a turn of the user and its answer)</p>
        </>
      )}
    </section>
  )
}
