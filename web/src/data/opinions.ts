// Opinions of a judge model over many conversations.
import type { Run } from './run'

export interface Shown {
  row: number
  level: number // 0: no usable answer
  unsure: boolean
  turn: number // first bad one, 0 none
}

export interface Distribution {
  criterion: string
  model: string
  gates: boolean
  counts: number[] // of levels 1 to 5
  unsure: number
  missing: number
  mean: number
  lowest: Shown[] // below the level that passes, lowest first
}

const most = 3

/** Per criterion, as the run's summary names them. */
export function distributions(run: Run): Distribution[] {
  const { names, opinions } = run.report
  const byName = new Map<string, Shown[]>()
  for (const [row = 0, criterion = 0, level = 0, unsure = 0, turn = 0] of opinions) {
    const name = names.criterion[criterion] as string
    const list = byName.get(name)
    const one = { row, level, unsure: unsure === 1, turn }
    if (list) list.push(one)
    else byName.set(name, [one])
  }
  return Object.entries(run.report.run.metrics.opinions ?? {}).map(([criterion, whole]) => {
    const all = byName.get(criterion) ?? []
    const passes = run.judge?.criteria.find((one) => one.name === criterion)?.passes_from ?? 3
    const counts = [1, 2, 3, 4, 5].map((level) => all.filter((one) => one.level === level).length)
    const lowest = all.filter((one) => one.level > 0 && one.level < passes).sort((a, b) => a.level - b.level || a.row - b.row).slice(0, most)
    return { criterion, model: whole.model ?? '', gates: whole.gates === true, counts, unsure: whole.unsure ?? 0, missing: whole.missing ?? 0, mean: whole.mean ?? 0, lowest }
  })
}
