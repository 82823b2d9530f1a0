import { createContext, useContext } from 'react'
import { useLocation } from 'react-router'
import { filterOf, type Filter } from './data/filter'
import type { Run } from './data/run'
import type { Source } from './data/source'

export interface Opened {
  run: Run
  source: Source
  served: boolean
}

export const OpenedContext = createContext<Opened | null>(null)

export function useOpened(): Opened {
  const opened = useContext(OpenedContext)
  if (!opened) throw new Error('no run is open')
  return opened
}

export function useFilter(): Filter {
  return filterOf(new URLSearchParams(useLocation().search))
}
