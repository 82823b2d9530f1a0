// A run as the views see it: one row of numbers per conversation, names by number, and dimensions to cut it by.
import type { Report } from '../generated/report'

export type Column = Exclude<keyof Report['rows'], 'n' | 'id'>
export const outcomes = ['passed', 'failed', 'invalid'] as const
export type Outcome = (typeof outcomes)[number]

export interface Dimension {
  key: string
  label: string
  values: readonly string[]
  codes: ArrayLike<number>
}

const labels: Record<string, string> = {
  persona: 'Persona',
  scenario: 'Scenario',
  edge_case: 'Edge case',
  adversary: 'Adversary',
  'adversary.family': 'Adversary family',
  category: 'Category',
  outcome: 'Outcome',
  check: 'Check',
  ended: 'Ending',
  fault: 'Fault of',
  met: 'Fault of the world',
  'persona.language': 'Language',
}

export class Run {
  readonly size: number
  readonly repetitions: number
  private readonly dimensions = new Map<string, Dimension>()
  private readonly rowsById = new Map<string, number>()
  private readonly failedChecks = new Map<number, readonly number[]>()
  readonly personas: ReadonlyMap<string, Report['cast']['personas'][number]>
  readonly scenarios: ReadonlyMap<string, Report['cast']['scenarios'][number]>
  readonly adversaries: ReadonlyMap<string, Report['cast']['adversaries'][number]>

  constructor(readonly report: Report) {
    this.size = report.rows.n
    this.repetitions = report.rows.repetition.reduce((most, r) => Math.max(most, r), 0) + 1
    this.personas = new Map(report.cast.personas.map((p) => [p.id, p]))
    this.scenarios = new Map(report.cast.scenarios.map((s) => [s.id, s]))
    this.adversaries = new Map(report.cast.adversaries.map((a) => [a.id, a]))
    for (const [row, ...checks] of report.failed_checks) this.failedChecks.set(row as number, checks)
  }

  number(column: Column, row: number): number {
    return this.report.rows[column][row] as number
  }
  id(row: number): string {
    return this.report.rows.id[row] as string
  }
  rowOf(id: string): number | undefined {
    if (this.rowsById.size === 0) this.report.rows.id.forEach((known, row) => this.rowsById.set(known, row))
    const exact = this.rowsById.get(id)
    if (exact !== undefined || id.length < 4) return exact
    const row = this.report.rows.id.findIndex((known) => known.startsWith(id))
    return row < 0 ? undefined : row
  }
  outcome(row: number): Outcome {
    return outcomes[this.number('outcome', row)] as Outcome
  }
  /** The value of a dimension for one conversation. */
  value(key: string, row: number): string {
    const dimension = this.dimension(key)
    return dimension?.values[dimension.codes[row] ?? -1] ?? ''
  }
  text(column: 'detail' | 'quote', row: number): string {
    return this.report.texts[this.number(column, row)] ?? ''
  }
  checksFailed(row: number): string[] {
    return (this.failedChecks.get(row) ?? []).map((check) => this.report.names.check[check] as string)
  }
  held(row: number): boolean {
    return this.number('block', row) >= 0
  }

  /** The suite's judge model and its anchored levels, where there is one. */
  get judge(): Report['cast']['judge'] {
    return this.report.cast.judge
  }

  personaName(id: string): string {
    return this.personas.get(id)?.name || id
  }

  /** Axes that the run's personas use beside the built-in dimensions. */
  get traits(): string[] {
    const axes = new Set<string>()
    for (const persona of this.report.cast.personas) Object.keys(persona.traits).forEach((axis) => axes.add(axis))
    return [...axes].map((axis) => `persona.${axis}`)
  }
  get dimensionKeys(): string[] {
    const languages = new Set(this.report.cast.personas.map((p) => p.language))
    return [
      'persona', 'scenario', 'edge_case', 'adversary', 'adversary.family', 'category',
      ...(this.report.names.met.some((kinds) => kinds !== '') ? ['met'] : []),
      ...this.traits, ...(languages.size > 1 ? ['persona.language'] : []),
    ]
  }
  label(key: string): string {
    return labels[key] ?? key.replace(/^persona\./, '').replace(/^./, (c) => c.toUpperCase())
  }

  dimension(key: string): Dimension | undefined {
    const known = this.dimensions.get(key)
    if (known) return known
    const made = this.make(key)
    if (made) this.dimensions.set(key, made)
    return made
  }

  private make(key: string): Dimension | undefined {
    const { names, rows } = this.report
    const plain = (values: readonly string[], codes: ArrayLike<number>): Dimension => ({ key, label: this.label(key), values, codes })
    switch (key) {
      case 'persona': return plain(names.persona, rows.persona)
      case 'scenario': return plain(names.scenario, rows.scenario)
      case 'adversary': return plain(names.adversary, rows.adversary)
      case 'edge_case': return plain(names.edge_case.map((id) => id || 'happy path'), rows.edge_case)
      case 'outcome': return plain(outcomes, rows.outcome)
      case 'check': return plain(names.check, rows.cause)
      case 'ended': return plain(names.ended, rows.ended)
      case 'fault': return plain(names.fault, rows.fault)
      case 'met': return plain(names.met.map((kinds) => kinds || 'none'), rows.met)
      case 'adversary.family': return this.derived(key, 'adversary', (id) => this.adversaries.get(id)?.family)
      case 'category': return this.derived(key, 'scenario', (id) => this.scenarios.get(id)?.category)
      case 'persona.language': return this.derived(key, 'persona', (id) => this.personas.get(id)?.language)
    }
    if (!key.startsWith('persona.')) return undefined
    const axis = key.slice('persona.'.length)
    return this.derived(key, 'persona', (id) => this.personas.get(id)?.traits[axis])
  }

  private derived(key: string, from: 'persona' | 'scenario' | 'adversary', of: (id: string) => string | undefined): Dimension {
    const ofName = this.report.names[from].map((id) => of(id) || 'unknown')
    const values = [...new Set(ofName)]
    const codeOfName = ofName.map((value) => values.indexOf(value))
    const codes = new Int32Array(this.size)
    const source = this.report.rows[from]
    for (let row = 0; row < this.size; row++) codes[row] = codeOfName[source[row] as number] as number
    return { key, label: this.label(key), values, codes }
  }
}
