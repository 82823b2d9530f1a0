// Counting rows: outcomes, rates per group, percentiles.
import { rateOf, type Rate } from './rates'
import type { Run } from './run'

export interface Tally {
  passed: number
  failed: number
  invalid: number
}

export function tally(run: Run, rows: ArrayLike<number>): Tally {
  const counts = [0, 0, 0]
  const outcome = run.report.rows.outcome
  for (let i = 0; i < rows.length; i++) {
    const at = outcome[rows[i] as number] as number
    counts[at] = (counts[at] as number) + 1
  }
  return { passed: counts[0] as number, failed: counts[1] as number, invalid: counts[2] as number }
}

/** Repetitions of a cell say little more than one conversation, so the interval counts cells (never narrower than run.json's). */
export function rateOfTally(t: Tally, repetitions: number): Rate {
  const n = t.passed + t.failed
  return rateOf(t.passed, n, Math.max(1, n / repetitions))
}

/** Outcomes per pair of codes of two dimensions. */
export function crossTally(run: Run, rows: ArrayLike<number>, a: { codes: ArrayLike<number>; values: readonly string[] },
                           b: { codes: ArrayLike<number>; values: readonly string[] }): Tally[][] {
  const table = a.values.map(() => b.values.map((): Tally => ({ passed: 0, failed: 0, invalid: 0 })))
  const outcome = run.report.rows.outcome
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const cell = table[a.codes[row] as number]?.[b.codes[row] as number]
    if (!cell) continue
    const at = outcome[row]
    if (at === 0) cell.passed++
    else if (at === 1) cell.failed++
    else cell.invalid++
  }
  return table
}

export function sum(tallies: readonly Tally[]): Tally {
  const out = { passed: 0, failed: 0, invalid: 0 }
  for (const t of tallies) {
    out.passed += t.passed
    out.failed += t.failed
    out.invalid += t.invalid
  }
  return out
}

export const all = (t: Tally): number => t.passed + t.failed + t.invalid

export function median(sorted: ArrayLike<number>): number {
  if (sorted.length === 0) return 0
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2
}
