// The shell of `sosia serve`: the list of runs, or one of them in the same views as the report.
import { useEffect, useRef, useState } from 'react'
import { HashRouter } from 'react-router'
import { App } from '../App'
import { Run } from '../data/run'
import { count, plural } from '../data/words'
import type { StoreList } from '../generated/served'
import { act, readRun, ServedSource, watchStore } from './api'
import { Runs } from './Runs'

const source = new ServedSource()
const opened = (): string | undefined => /^#\/run\/([^/?]+)/.exec(location.hash)?.[1]

function useOpenedId(): string | undefined {
  const [id, setId] = useState(opened)
  useEffect(() => {
    const changed = () => setId(opened())
    window.addEventListener('hashchange', changed)
    window.addEventListener('popstate', changed)
    return () => {
      window.removeEventListener('hashchange', changed)
      window.removeEventListener('popstate', changed)
    }
  }, [])
  return id
}

interface Found {
  id: string
  run?: Run
  whole: boolean
  error?: string
}

const least = 1000 // ms between two readings of a run that grows

/** The run's report: at once what lists need, then all of it; read again as more is done. */
function useRun(id: string | undefined, version: string): Found | undefined {
  const [found, setFound] = useState<Found>()
  const last = useRef({ id: '', at: 0, took: 0 })
  useEffect(() => {
    if (id === undefined) return
    const stop = new AbortController()
    const take = async (whole: boolean): Promise<boolean> => {
      const began = performance.now()
      const { report, whole: isWhole } = await readRun(id, whole, stop.signal)
      if (stop.signal.aborted) return true
      last.current = { id, at: performance.now(), took: performance.now() - began }
      setFound({ id, run: new Run(report), whole: isWhole })
      return isWhole
    }
    const read = async () => {
      try {
        if (!(await take(false)) && !stop.signal.aborted) await take(true)
      } catch (error) {
        if (!stop.signal.aborted) setFound({ id, whole: false, error: error instanceof Error ? error.message : String(error) })
      }
    }
    const rest = last.current.id === id ? Math.max(least, 3 * last.current.took) - (performance.now() - last.current.at) : 0
    const timer = setTimeout(() => void read(), Math.max(0, rest))
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [id, version])
  return found?.id === id ? found : undefined
}

function useStore(): { store: StoreList | undefined; broken: boolean } {
  const [store, setStore] = useState<StoreList>()
  const [broken, setBroken] = useState(false)
  useEffect(() => watchStore(setStore, setBroken), [])
  return { store, broken }
}

function Live({ run }: { run: StoreList['runs'][number] }) {
  const [words, setWords] = useState('')
  const [asked, setAsked] = useState(false)
  const stop = () => {
    setAsked(true)
    act(run.id, 'stop').catch((error: unknown) => setWords(String(error)))
  }
  return (
    <div className="live" role="status">
      <progress value={run.done} max={run.planned} aria-label="Conversations done" />
      <span>{asked ? 'finishing the conversations in flight' : 'running'}: {count(run.done)} of {plural(run.planned, 'conversation')}</span>
      {run.actions.includes('stop') && <button type="button" className="button" onClick={stop}>{asked ? 'Stop now' : 'Stop'}</button>}
      {words !== '' && <span className="live-error">{words}</span>}
    </div>
  )
}

export function Served() {
  const id = useOpenedId()
  const { store, broken } = useStore()
  const here = store?.runs.find((run) => run.id === id)
  const found = useRun(id, here?.state === 'running' ? String(here.done) : '')
  const suite = found?.run?.report.run.suite
  useEffect(() => {
    document.title = suite !== undefined ? `${suite} · Sosia` : 'Runs · Sosia'
    if (suite !== undefined) performance.mark('sosia-run-opened')
  }, [suite])
  if (id === undefined) return <Runs store={store} broken={broken} />
  if (found?.error !== undefined) return <p className="broken" role="alert">{found.error} <a href="#/">All runs</a></p>
  if (!found?.run) return <p className="broken" role="status">Opening the run…</p>
  return (
    <>
      {here?.state === 'running' && <Live run={here} />}
      {broken && <p className="live" role="alert">The server does not answer; what you see may be old.</p>}
      <HashRouter key={id} basename={`/run/${id}`}><App run={found.run} source={source} store={store} whole={found.whole} /></HashRouter>
    </>
  )
}
