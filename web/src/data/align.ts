// Two conversations of one cell beside each other.
import type { Conversation, Turn } from '../generated/conversation'

export const sameTurn = (a: Turn | undefined, b: Turn | undefined): boolean =>
  a !== undefined && b !== undefined && a.role === b.role && a.text === b.text

/** The first turn, from 1, in which they are not the same. */
export function firstDifference(a: Conversation | undefined, b: Conversation | undefined): number | undefined {
  if (!a || !b) return undefined
  const n = Math.max(a.turns.length, b.turns.length)
  for (let i = 0; i < n; i++) if (!sameTurn(a.turns[i], b.turns[i])) return i + 1
  return undefined
}

export interface ScoreChange {
  criterion: string
  before: number
  after: number
}

/** Scores, and what a judge model thinks where it does not count; a level of 0 is none. */
function levels(c: Conversation): Map<string, number> {
  const advisory = (c.opinions ?? []).filter((opinion) => !opinion.gates && opinion.level > 0)
  return new Map([...c.scores.map((score) => [score.criterion, score.value] as const), ...advisory.map((opinion) => [`${opinion.criterion} (opinion)`, opinion.level] as const)])
}

/** Largest change first. */
export function changedScores(a: Conversation, b: Conversation): ScoreChange[] {
  const was = levels(a)
  return [...levels(b)].flatMap(([criterion, after]) => {
    const before = was.get(criterion)
    return before === undefined || Math.abs(before - after) < 0.05 ? [] : [{ criterion, before, after }]
  }).sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before))
}
