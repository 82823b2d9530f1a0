// The three things to look at first: what explains most failures, where it is clearly worse than elsewhere, what did not count.
import type { Run as RunFile } from '../generated/report'
import { percent } from './rates'
import type { Run } from './run'
import { searchOf } from './filter'
import { endingWords, plural } from './words'

type Slice = RunFile['slices'][number]

export interface Pointer {
  title: string
  text: string
  quote?: string | undefined
  to: string
  action: string
}

const top = (counts: Record<string, number>): string =>
  Object.entries(counts).sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''

/** A slice as a filter; nothing for slices the rows cannot be cut by (tags). */
export function sliceFilter(run: Run, slice: Slice): [string, string][] | undefined {
  if (slice.dimension === 'edge_case') {
    const [scenario = '', edge = ''] = slice.value.split('/')
    return edge === '' ? undefined : [['scenario', scenario], ['edge_case', edge === '-' ? 'happy path' : edge]]
  }
  return run.dimension(slice.dimension)?.values.includes(slice.value) ? [[slice.dimension, slice.value]] : undefined
}

const sliceName = (run: Run, s: Slice): string =>
  `${run.label(s.dimension).toLowerCase()} ${s.dimension === 'persona' ? run.personaName(s.value) : s.value}`

/** Slices whose whole interval lies below the run's pass rate, worst first. */
export function clearlyWorse(run: Run): Slice[] {
  const overall = run.report.run.pass_rate.value
  return run.report.run.slices
    .filter((s) => s.n > 0 && s.high < overall && sliceFilter(run, s) !== undefined)
    .sort((a, b) => a.rate - b.rate || b.n - a.n)
}

function findingPointers(run: Run): Pointer[] {
  return run.report.run.findings.map((finding) => {
    const example = finding.examples[0]
    const where = [top(finding.by_scenario) && `most in ${top(finding.by_scenario)}`, top(finding.by_adversary) && `with ${top(finding.by_adversary)}`]
    return {
      title: `${finding.check} fails in ${plural(finding.conversations, 'conversation')}`,
      text: [where.filter(Boolean).join(', '), example?.detail].filter(Boolean).join(': '),
      quote: example?.quote,
      to: `/failures${searchOf([['check', finding.check]])}`,
      action: 'See these failures',
    }
  })
}

function slicePointers(run: Run): Pointer[] {
  return clearlyWorse(run).slice(0, 1).map((s) => ({
    title: `${sliceName(run, s).replace(/^./, (c) => c.toUpperCase())} passes ${percent(s.rate)}`,
    text: `${s.passed} of ${s.n}; even the upper end of the interval (${percent(s.high)}) is below the run's ${percent(run.report.run.pass_rate.value)}.`,
    to: `/failures${searchOf(sliceFilter(run, s) ?? [])}`,
    action: 'See where it fails',
  }))
}

function invalidPointers(run: Run): Pointer[] {
  const { counts, invalid_examples: examples } = run.report.run
  if (counts.invalid === 0) return []
  return [{
    title: `${plural(counts.invalid, 'conversation')} did not count`,
    text: `By ${Object.entries(counts.invalid_by).map(([fault, n]) => `${fault}: ${n}`).join(', ')}. ${examples[0]?.detail ?? ''}`,
    to: `/conversations${searchOf([['outcome', 'invalid']])}`,
    action: 'See the invalid ones',
  }]
}

function otherPointers(run: Run): Pointer[] {
  const { metrics, counts } = run.report.run
  const out: Pointer[] = []
  const long = metrics.turns_to_resolution.find((t) => t.outliers.length > 0)
  if (long) {
    out.push({
      title: `${run.personaName(long.persona)} needed up to ${long.most} turns`,
      text: `The median of this persona is ${long.median}; ${plural(long.outliers.length, 'conversation')} took more than three times as long.`,
      to: `/conversations/${long.outliers[0]}`, action: 'Read the longest',
    })
  }
  const late = Object.entries(counts.endings).filter(([ending]) => !['user-satisfied', 'user-handed-over'].includes(ending)).sort((a, b) => b[1] - a[1])[0]
  if (late) {
    out.push({
      title: `${plural(late[1], 'conversation')}: ${endingWords(late[0])}`, text: 'They ended without the user being satisfied or handed over.',
      to: `/conversations${searchOf([['ended', late[0]]])}`, action: 'See them',
    })
  }
  out.push({
    title: `The slowest reply took ${Math.round(metrics.latency.max_ms)} ms`,
    text: `Half of the ${metrics.latency.n} replies came within ${Math.round(metrics.latency.p50_ms)} ms, 95 % within ${Math.round(metrics.latency.p95_ms)} ms.`,
    to: '/distributions', action: 'See the distribution',
  })
  return out
}

export function lookFirst(run: Run): Pointer[] {
  const [first, ...findings] = findingPointers(run)
  return [...(first ? [first] : []), ...slicePointers(run), ...invalidPointers(run), ...findings, ...otherPointers(run)].slice(0, 3)
}
