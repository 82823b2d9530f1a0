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

/** Largest change first. */
export function changedScores(a: Conversation, b: Conversation): ScoreChange[] {
  const was = new Map(a.scores.map((score) => [score.criterion, score.value]))
  return b.scores.flatMap((score) => {
    const before = was.get(score.criterion)
    return before === undefined || Math.abs(before - score.value) < 0.05 ? [] : [{ criterion: score.criterion, before, after: score.value }]
  }).sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before))
}
