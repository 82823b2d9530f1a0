import { useMemo } from 'react'
import { Link } from 'react-router'
import { searchOf } from '../../data/filter'
import { anchorOf, criterionOf, standingWords } from '../../data/judging'
import { distributions, type Distribution } from '../../data/opinions'
import type { Run } from '../../data/run'
import { count, plural } from '../../data/words'

function Bar({ run, one }: { run: Run; one: Distribution }) {
  const given = one.counts.reduce((sum, n) => sum + n, 0)
  const all = Math.max(1, given + one.missing)
  const criterion = criterionOf(run, one.criterion)
  const words = (level: number, n: number) => `level ${level}: ${count(n)} of ${count(all)}\n${anchorOf(criterion, level)?.text ?? ''}`.trimEnd()
  return (
    <span className="levels" role="img" aria-label={`${one.counts.map((n, i) => `level ${i + 1}: ${n}`).join(', ')}${one.missing > 0 ? `, no usable answer: ${one.missing}` : ''}`}>
      {one.counts.map((n, i) => n > 0 && (
        <span key={i} className={`level level-${i + 1}`} style={{ width: `${(100 * n) / all}%` }} data-tip={words(i + 1, n)}>{n / all > 0.07 && <i aria-hidden="true">{i + 1}</i>}</span>
      ))}
      {one.missing > 0 && <span className="level level-none" style={{ width: `${(100 * one.missing) / all}%` }} data-tip={`no usable answer: ${count(one.missing)} of ${count(all)}`} />}
    </span>
  )
}

function Row({ run, one }: { run: Run; one: Distribution }) {
  return (
    <li className="judged">
      <span className="judged-name" data-tip={criterionOf(run, one.criterion)?.question}>{one.criterion}</span>
      <Bar run={run} one={one} />
      <span className="number judged-mean">{one.counts.some((n) => n > 0) ? one.mean.toFixed(2) : '–'}</span>
      <p className="judged-notes">
        {one.unsure > 0 && <span>{count(one.unsure)} unsure</span>}
        {one.missing > 0 && <span>{count(one.missing)} without a usable answer</span>}
        {one.lowest.length > 0 && (
          <span>lowest: {one.lowest.map(({ row, level, turn }) => (
            <Link key={row} to={`/conversations/${run.id(row)}${turn > 0 ? `?turn=${turn}` : ''}`}>{run.personaName(run.value('persona', row))} {level}</Link>
          ))}</span>
        )}
      </p>
    </li>
  )
}

/** What a judge model thinks of the run, apart from what decided; nothing where none was asked. */
export function Judging({ run, whole }: { run: Run; whole: boolean }) {
  const all = useMemo(() => distributions(run), [run])
  const faults = run.report.run.counts.invalid_by['judge'] ?? 0
  if (all.length === 0 && faults === 0) return null
  const advisory = all.filter((one) => !one.gates)
  const models = [...new Set(all.map((one) => one.model))]
  const first = advisory[0] ?? all[0]
  return (
    <section aria-labelledby="judging" className="judging">
      <h2 id="judging">What the judge thinks <small>{models.join(', ')}</small></h2>
      {first && (
        <p className={advisory.length > 0 ? 'standing advisory' : 'standing counts-words'}>
          {standingWords(run.judge, first)}{advisory.length > 0 && advisory.length < all.length && ` That holds for ${advisory.map((one) => one.criterion).join(', ')}; the other criteria count.`}
        </p>
      )}
      {faults > 0 && (
        <p className="standing judge-faults">
          <Link to={`/conversations${searchOf([['fault', 'judge']])}`}>{plural(faults, 'conversation')}</Link> did not count because the judge gave no usable answer: neither passed nor failed.
        </p>
      )}
      {whole ? <ul className="judgeds">{all.map((one) => <Row key={one.criterion} run={run} one={one} />)}</ul>
        : <p className="note" role="status">The levels come from the transcripts, which are being read.</p>}
      {whole && all.length > 0 && <p className="note">Share of conversations on each level, 1 worst to 5 best{all.some((one) => one.missing > 0) && '; hatched: no usable answer'}; then the mean.</p>}
    </section>
  )
}
