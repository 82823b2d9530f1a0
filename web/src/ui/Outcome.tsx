import type { Outcome } from '../data/run'

const signs: Record<Outcome, string> = { passed: '✓', failed: '✗', invalid: '!' }

/** Outcome in a shape and a word, never in colour alone. */
export function OutcomeBadge({ outcome, short = false }: { outcome: Outcome; short?: boolean }) {
  return (
    <span className={`badge ${outcome}`} title={short ? outcome : undefined}>
      <span aria-hidden="true">{signs[outcome]}</span>
      <span className={short ? 'sr' : undefined}>{outcome}</span>
    </span>
  )
}
