import type { Run } from '../../data/run'
import { count } from '../../data/words'
import { Bars } from './Bars'

export function Moods({ run, rows }: { run: Run; rows: ArrayLike<number> }) {
  const counts = Array.from({ length: 10 }, () => 0)
  let rose = 0
  for (let i = 0; i < rows.length; i++) {
    const peak = Math.min(9, Math.floor(run.number('emotion_peak', rows[i] as number) / 5))
    counts[peak] = (counts[peak] ?? 0) + 1
    if (peak >= 6) rose++
  }
  return (
    <section className="chart" aria-labelledby="moods">
      <h2 id="moods">How upset users got</h2>
      <dl className="facts"><div><dt>reached 3 of 5 or more</dt><dd>{count(rose)} of {count(rows.length)}</dd></div></dl>
      <Bars words={`${rose} of ${rows.length} users reached a mood of 3 of 5 or worse`} every={2}
            bars={counts.map((n, i) => ({ label: (i / 2).toString(), value: n, tip: `peak ${i / 2} to ${(i + 1) / 2}\n${count(n)} conversations`, tone: i >= 6 ? 'alarm' : 'plain' }))} />
      <p className="note">Peak of the user's mood in a conversation, 0 calm to 5 furious.</p>
    </section>
  )
}
