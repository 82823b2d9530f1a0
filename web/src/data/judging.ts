// What a judge model's opinions are worth, in words.
import type { Conversation, Opinion } from '../generated/conversation'
import type { JudgeCard, JudgedCriterion } from '../generated/report'
import type { Run } from './run'
import type { Quoted } from './said'

type Criterion = { gates: boolean }

/** Why it counts, or why not. The card is the suite's as it is now; whether it counted stands in the records. */
export function standingWords(card: JudgeCard | undefined, { gates }: Criterion): string {
  if (gates) {
    if (card === undefined) return 'It counts.'
    if (card.calibration !== '' && !card.gates) return `It counts: people have measured it (${card.calibration}).`
    return card.gates ? 'It counts because the suite says so; nobody has measured it against people.' : 'It counts.'
  }
  return card !== undefined && card.calibration !== ''
    ? `Advisory: ${card.calibration} does not cover it or is out of date, so it decided nothing.`
    : 'Advisory: nobody has measured this judge against people, so it decided nothing.'
}

export const criterionOf = (run: Run, name: string): JudgedCriterion | undefined =>
  run.judge?.criteria.find((criterion) => criterion.name === name)

export const anchorOf = (criterion: JudgedCriterion | undefined, level: number): JudgedCriterion['levels'][number] | undefined =>
  criterion?.levels.find((anchor) => anchor.level === level)

/** Good, middling or bad by the criterion's own line; colours never say it alone. */
export function toneOf(criterion: JudgedCriterion | undefined, level: number): 'good' | 'low' {
  return level >= (criterion?.passes_from ?? 3) ? 'good' : 'low'
}

export const evidenceAt = (talk: Conversation, turn: number): Quoted[] =>
  (talk.opinions ?? []).flatMap((opinion) => opinion.evidence.filter((one) => one.turn === turn).map((one) => ({ text: one.text, mark: 'evidence' as const })))

/** Opinions that name this turn as the first bad one. */
export const opinionsAt = (talk: Conversation, turn: number): Opinion[] =>
  (talk.opinions ?? []).filter((opinion) => opinion.turn === turn && opinion.turn > 0)
