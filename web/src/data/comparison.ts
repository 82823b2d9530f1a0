// A comparison with another run or a baseline: what it is with, how it is read, and what it says in words.
import { useEffect, useState } from 'react'
import { useOpened, type Opened } from '../context'
import type { ChangedPair, Comparison } from '../generated/report'
import { sentence, when } from './words'

export type Compared = { state: 'none' } | { state: 'reading' } | { state: 'here'; comparison: Comparison } | { state: 'absent'; why: string }

export interface Base {
  key: string // what the server is asked with
  words: string
}

/** What this run may be compared with: baselines of its suite first, then other runs of it, newest first. */
export function bases({ run, store }: Opened): Base[] {
  if (!store) return []
  const { suite, run: id } = run.report.run
  const baselines = store.baselines.filter((base) => base.suite === suite && base.run !== id)
  const runs = store.runs.filter((other) => other.suite === suite && other.id !== id && other.done > 0)
  return [
    ...baselines.map((base) => ({ key: base.name, words: `baseline ${base.name}${base.set_at ? `, ${base.set_at.slice(0, 10)}` : ''}` })),
    ...runs.map((other) => ({ key: other.id, words: `${when(other.started_at)}, ${other.id}` })),
  ]
}

/** The baseline to compare with unasked: the one this file was written against, or the suite's first. */
export function standing(opened: Opened): string | undefined {
  if (!opened.store) return opened.run.report.comparison ? '' : undefined
  const { suite, run: id } = opened.run.report.run
  return opened.store.baselines.find((base) => base.suite === suite && base.run !== id)?.name
}

export function useComparison(base: string | undefined): Compared {
  const { run, source } = useOpened()
  const [found, setFound] = useState<{ base: string | undefined; compared: Compared }>({ base, compared: { state: 'none' } })
  const id = run.report.run.run
  const done = run.report.run.counts.done
  useEffect(() => {
    if (base === undefined) return
    let current = true
    const set = (compared: Compared) => current && setFound({ base, compared })
    setFound((now) => (now.base === base && now.compared.state === 'here' ? now : { base, compared: { state: 'reading' } }))
    source.comparison(run, base).then((comparison) => set({ state: 'here', comparison }),
      (error: unknown) => set({ state: 'absent', why: error instanceof Error ? error.message : String(error) }))
    return () => { current = false }
  }, [source, id, done, base])
  if (base === undefined) return { state: 'none' }
  return found.base === base ? found.compared : { state: 'reading' }
}

export const answerWords: Record<Comparison['answer'], string> = {
  regressed: 'Worse',
  'not worse': 'Not worse',
  undecided: 'Undecided',
  'not valid': 'No valid comparison',
}
export const answerTone: Record<Comparison['answer'], string> = { regressed: 'failed', 'not worse': 'passed', undecided: 'undecided', 'not valid': 'not-valid' }

/** The program's sentence, without the interval that stands beside it anyway, and with a minus sign that is one. */
export const reasonOf = (comparison: Comparison): string =>
  sentence(comparison.reason.replace(/ \[.*?\]/, '').replace(/-(?=\d+(\.\d+)? point)/, '−'))

export const cellKey = (pair: ChangedPair): string => [pair.persona, pair.scenario, pair.edge_case || '-', pair.adversary].join('/')
