// Filters live in the address, so that a view can be linked to: ?persona=sandra&outcome=failed
import type { Run } from './run'

export type Filter = ReadonlyMap<string, string>

const reserved = new Set(['q', 'rows', 'columns', 'facet', 'sort', 'turn', 'with', 'cell', 'changes'])

export function filterOf(search: URLSearchParams): Filter {
  return new Map([...search].filter(([key, value]) => !reserved.has(key) && value !== ''))
}

export function searchOf(filter: Iterable<readonly [string, string]>): string {
  const text = new URLSearchParams([...filter].map(([k, v]) => [k, v])).toString()
  return text === '' ? '' : `?${text}`
}

export function withFilter(filter: Filter, changes: Record<string, string | undefined>): Filter {
  const out = new Map(filter)
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') out.delete(key)
    else out.set(key, value)
  }
  return out
}

/** Rows that match, in plan order. */
export function matching(run: Run, filter: Filter): Int32Array {
  const tests: { codes: ArrayLike<number>; wanted: Set<number> }[] = []
  for (const [key, value] of filter) {
    const dimension = run.dimension(key)
    if (!dimension) continue
    const wanted = new Set<number>()
    for (const one of value.split('|')) {
      const code = dimension.values.indexOf(one)
      if (code >= 0) wanted.add(code)
    }
    tests.push({ codes: dimension.codes, wanted })
  }
  const out = new Int32Array(run.size)
  let n = 0
  for (let row = 0; row < run.size; row++) {
    if (tests.every((test) => test.wanted.has(test.codes[row] as number))) out[n++] = row
  }
  return out.subarray(0, n)
}
