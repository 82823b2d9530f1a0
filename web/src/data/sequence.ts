// Next and previous failure: the failed and invalid conversations that match the filter, in plan order.
import { matching, withFilter, type Filter } from './filter'
import type { Run } from './run'

export interface Neighbours {
  at: number // place in the list, -1 when the conversation is not in it
  total: number
  previous: number | undefined // rows
  next: number | undefined
  what: string
}

export function neighbours(run: Run, row: number, filter: Filter): Neighbours {
  const chosen = filter.get('outcome')
  const rows = matching(run, chosen === undefined ? withFilter(filter, { outcome: 'failed|invalid' }) : filter)
  const at = rows.indexOf(row)
  let previous: number | undefined
  let next: number | undefined
  for (const other of rows) {
    if (other < row) previous = other
    if (other > row) {
      next = other
      break
    }
  }
  return { at, total: rows.length, previous, next, what: chosen === undefined || chosen === 'failed' ? 'failure' : chosen }
}
