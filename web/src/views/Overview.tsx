import { useState } from 'react'
import { Link } from 'react-router'
import { useOpened } from '../context'
import { answerTone, answerWords, bases, cellKey, reasonOf, standing, useComparison } from '../data/comparison'
import { searchOf } from '../data/filter'
import { clearlyWorse, lookFirst, sliceFilter } from '../data/look'
import { intervalText, percent } from '../data/rates'
import type { Run } from '../data/run'
import { count, duration, endingWords, money, plural, sentence } from '../data/words'
import { RateBar } from '../ui/RateBar'
import { Judging } from './overview/Judging'
import { WorldFaults } from './overview/WorldFaults'
import { WhoPlays } from './WhoPlays'

const verdicts = {
  passed: 'Passed',
  failed: 'Not ready',
  undecided: 'Undecided',
  'not valid': 'Not a valid run',
} as const

function Verdict({ run }: { run: Run }) {
  const { store } = useOpened()
  const goesOn = store?.runs.some((one) => one.id === run.report.run.run && one.state === 'running')
  const { gate, pass_rate: rate, counts, stopped, pass_rate_invalid_as_failed: strict } = run.report.run
  const threshold = gate.lines.find((line) => line.name === 'pass_rate')?.threshold
  return (
    <section className={`verdict ${gate.verdict.replace(' ', '-')}`} aria-labelledby="verdict">
      <div className="verdict-words">
        <h1 id="verdict">{verdicts[gate.verdict]}{goesOn && <small> so far</small>}</h1>
        <p className="verdict-reason">{sentence(gate.reason.replace(/^pass_rate: /, ''))}</p>
        {stopped !== '' && <p className="note">The run ended early: {stopped}.</p>}
      </div>
      <div className="verdict-rate">
        <p className="big"><span>{percent(rate.value)}</span> passed</p>
        <RateBar rate={rate} threshold={threshold} wide />
        <p className="note">
          95 % interval {intervalText(rate)}, n = {count(rate.n)}
          {threshold !== undefined && <>; <span className="threshold-key" aria-hidden="true" /> required {percent(threshold)}</>}
          {counts.invalid > 0 && <>; {percent(strict.value)} if invalid ones count as failed</>}
        </p>
      </div>
    </section>
  )
}

function Counts({ run }: { run: Run }) {
  const { counts, metrics, duration_ms: ran } = run.report.run
  const share = (n: number) => `${(100 * n) / Math.max(1, counts.done)}%`
  const part = (outcome: 'passed' | 'failed' | 'invalid') => (
    <Link to={`/conversations?outcome=${outcome}`} className={`count ${outcome}`}>
      <strong>{count(counts[outcome])}</strong> {outcome}
    </Link>
  )
  const invalidBy = Object.entries(counts.invalid_by).map(([fault, n]) => `${fault} ${n}`).join(', ')
  return (
    <section className="counts" aria-label="Counts">
      <div className="counts-line">
        {part('passed')}{part('failed')}{part('invalid')}
        {invalidBy !== '' && <span className="note">by {invalidBy}</span>}
      </div>
      <div className="stack" aria-hidden="true">
        {(['passed', 'failed', 'invalid'] as const).map((one) => counts[one] > 0 && <span key={one} className={one} style={{ width: share(counts[one]) }} />)}
      </div>
      <dl className="facts">
        <div><dt>Conversations</dt><dd>{count(counts.done)}{counts.done < counts.planned && ` of ${count(counts.planned)}`}</dd></div>
        {counts.cells > 0 && <div><dt>Cells</dt><dd>{count(counts.cells)}</dd></div>}
        <div><dt>Took</dt><dd>{duration(ran)}</dd></div>
        <div><dt>Reply time</dt><dd>{Math.round(metrics.latency.p50_ms)} ms <small>p95 {Math.round(metrics.latency.p95_ms)} ms</small></dd></div>
        <div><dt>User turns</dt><dd>{metrics.mean_user_turns.toFixed(1)}</dd></div>
        {metrics.score !== undefined && <div><dt>Score</dt><dd>{metrics.score.toFixed(2)} <small>of 5, by {metrics.judge}</small></dd></div>}
        <div><dt>Agent's cost</dt><dd>{metrics.cost_usd === undefined ? <small>not reported</small> : money(metrics.cost_usd)}</dd></div>
        {metrics.reliability && (
          <div><dt>All {metrics.reliability.k} repetitions pass</dt><dd>{percent(metrics.reliability.pass_hat_k)}</dd></div>
        )}
      </dl>
    </section>
  )
}

function LookFirst({ run }: { run: Run }) {
  return (
    <section aria-labelledby="first">
      <h2 id="first">Look at these first</h2>
      <ol className="pointers">
        {lookFirst(run).map((pointer) => (
          <li key={pointer.title}>
            <h3>{pointer.title}</h3>
            <p>{sentence(pointer.text)}</p>
            {pointer.quote && <blockquote>{pointer.quote}</blockquote>}
            <Link to={pointer.to}>{pointer.action}</Link>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** What changed since the baseline, where there is one. */
function Changes() {
  const opened = useOpened()
  const base = standing(opened)
  const compared = useComparison(base)
  if (base === undefined) {
    const before = bases(opened).find((one) => one.key < opened.run.report.run.run) // ids sort by time
    return before ? <p className="note">No baseline is set for this suite. <Link to={`/compare?with=${before.key}`}>Compare with the run before</Link></p> : null
  }
  if (compared.state !== 'here') {
    return <p className="note" role="status">{compared.state === 'absent' ? `Not compared with ${base || 'the baseline'}: ${compared.why}` : `Comparing with ${base}…`}</p>
  }
  const { comparison } = compared
  const { overall } = comparison
  const first = comparison.pairs.filter((pair) => pair.change === 'failing').slice(0, 3)
  return (
    <section aria-labelledby="changes" className={`changes ${answerTone[comparison.answer]}`}>
      <h2 id="changes">Since {comparison.before.title}: {answerWords[comparison.answer].toLowerCase()}</h2>
      <p>{reasonOf(comparison)}</p>
      <p className="changes-numbers">
        <span>{percent(overall.before)} <span aria-hidden="true">→</span><span className="sr">then</span> <b>{percent(overall.after)}</b></span>
        <Link to="/compare?changes=failing"><b className="delta down">{count(comparison.failing)}</b> {comparison.failing === 1 ? 'cell fails' : 'cells fail'} now</Link>
        <Link to="/compare?changes=passing"><b className="delta up">{count(comparison.passing)}</b> {comparison.passing === 1 ? 'passes' : 'pass'} now</Link>
        <Link to="/compare">See what changed</Link>
      </p>
      {first.length > 0 && (
        <ul className="changes-first">
          {first.map((pair) => (
            <li key={cellKey(pair)}><Link to={`/compare?cell=${encodeURIComponent(cellKey(pair))}`}>{opened.run.personaName(pair.persona)} <span aria-hidden="true">→</span> {pair.scenario}{pair.edge_case !== '' && ` · ${pair.edge_case}`}</Link> <small>{pair.adversary}</small></li>
          ))}
        </ul>
      )}
    </section>
  )
}

type Line = Run['report']['run']['gate']['lines'][number]

function GateRow({ line }: { line: Line }) {
  const asRate = line.rate !== undefined || line.threshold <= 1
  const show = (value: number) => (asRate ? percent(value) : value.toFixed(2))
  return (
    <tr className={line.passed ? undefined : 'broken-line'}>
      <th scope="row">
        <span className={`badge ${line.passed ? 'passed' : 'failed'}`}>
          <span aria-hidden="true">{line.passed ? '✓' : '✗'}</span><span className="sr">{line.passed ? 'held' : 'broken'}</span>
        </span>
        {line.name.replace('pass_rate', 'pass rate').replace('adversary.family', 'family')}
      </th>
      <td>{line.at_most ? 'at most' : 'at least'} {show(line.threshold)}</td>
      <td>{show(line.value)}{line.rate && <small> n = {count(line.rate.n)}</small>}</td>
      <td>{line.rate && <RateBar rate={line.rate} threshold={line.threshold} />}</td>
    </tr>
  )
}

const fewLines = 6

function Gate({ run }: { run: Run }) {
  const [all, setAll] = useState(false)
  const lines = [...run.report.run.gate.lines].sort((a, b) => Number(a.passed) - Number(b.passed))
  const broken = lines.filter((line) => !line.passed).length
  const shown = all ? lines : lines.slice(0, Math.max(broken, fewLines))
  return (
    <section aria-labelledby="gate">
      <h2 id="gate">The gate</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Thresholds">
        <table className="plain">
          <thead><tr><th scope="col">Threshold</th><th scope="col">Required</th><th scope="col">Measured</th><th scope="col">Interval</th></tr></thead>
          <tbody>
            {shown.map((line) => <GateRow key={line.name} line={line} />)}
          </tbody>
        </table>
      </div>
      {shown.length < lines.length && <button type="button" className="link" onClick={() => setAll(true)}>{lines.length - shown.length} more, all held</button>}
    </section>
  )
}

function Weakest({ run }: { run: Run }) {
  const worse = clearlyWorse(run).slice(0, 8)
  if (worse.length === 0) return null
  return (
    <section aria-labelledby="weakest">
      <h2 id="weakest">Clearly worse than the rest</h2>
      <p className="note">Their whole 95 % interval lies below the run's pass rate.</p>
      <ul className="slices">
        {worse.map((slice) => (
          <li key={`${slice.dimension} ${slice.value}`}>
            <Link to={`/failures${searchOf(sliceFilter(run, slice) ?? [])}`}>
              <small>{run.label(slice.dimension)}</small> {slice.dimension === 'persona' ? run.personaName(slice.value) : slice.value}
            </Link>
            <span className="number">{percent(slice.rate)}</span>
            <RateBar rate={{ ...slice, value: slice.rate }} />
            <small className="number">n = {slice.n}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Provenance({ run }: { run: Run }) {
  const { agent, seed, hashes, counts } = run.report.run
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">What ran</h2>
      <dl className="facts wide">
        <div><dt>Agent</dt><dd><code>{agent.reached_by}</code>{agent.version && <small> version {agent.version}</small>}</dd></div>
        <div><dt>Suite</dt><dd><code>{hashes.suite.slice(0, 12)}</code></dd></div>
        <div><dt>Seed</dt><dd>{seed}</dd></div>
        <div><dt>Personas, scenarios, adversaries</dt>
          <dd>{[hashes.personas, hashes.scenarios, hashes.adversaries].map((h) => Object.keys(h).length).join(', ')}</dd></div>
        <div><dt>Endings</dt><dd>{Object.entries(counts.endings).map(([ending, n]) => `${endingWords(ending)} ${count(n)}`).join(', ')}</dd></div>
      </dl>
    </section>
  )
}

export function Overview() {
  const { run, whole } = useOpened()
  const nothing = run.report.run.counts.done === 0
  return (
    <div className="page overview">
      <Verdict run={run} />
      <Counts run={run} />
      <Changes />
      {nothing ? <p className="empty">No conversation finished, so there is nothing to look at yet.</p> : <LookFirst run={run} />}
      <div className="two">
        <Gate run={run} />
        <Weakest run={run} />
      </div>
      <Judging run={run} whole={whole} />
      <WorldFaults run={run} />
      <WhoPlays run={run} />
      <Provenance run={run} />
      <p className="note">{plural(run.size, 'conversation')}, by simulated users. Intervals are Wilson's; repetitions of a cell count as one cluster.</p>
    </div>
  )
}
