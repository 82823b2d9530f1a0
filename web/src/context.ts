import { createContext, useContext } from 'react'
import { useLocation } from 'react-router'
import { filterOf, type Filter } from './data/filter'
import type { Run } from './data/run'
import type { Source } from './data/source'
import type { StoreList } from './generated/served'

export interface Opened {
  run: Run
  source: Source
  /** The other runs and the baselines, where a server knows them. */
  store?: StoreList | undefined
  /** False while the transcripts have not been read: then only what lists need is known. */
  whole: boolean
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
