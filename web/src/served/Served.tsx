// The shell of `sosia serve`: the list of runs, or one of them in the same views as the report.
import { useEffect, useState } from 'react'
import { HashRouter } from 'react-router'
import { App } from '../App'
import { Run } from '../data/run'
import { readReport, ServedSource, watchRuns, type StoredRun } from './api'
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

/** The run's report, read again when more of it is done. */
function useRun(id: string | undefined, done: number | undefined, state: string | undefined): { run?: Run; error?: string } {
  const [found, setFound] = useState<{ id: string | undefined; run?: Run; error?: string }>({ id })
  useEffect(() => {
    if (id === undefined) return
    let current = true
    readReport(id).then(
      (report) => current && setFound({ id, run: new Run(report) }),
      (error: unknown) => current && setFound({ id, error: error instanceof Error ? error.message : String(error) }))
    return () => { current = false }
  }, [id, done, state])
  return found.id === id ? found : {}
}

export function Served() {
  const id = useOpenedId()
  const [runs, setRuns] = useState<StoredRun[]>()
  const [broken, setBroken] = useState(false)
  useEffect(() => watchRuns(setRuns, setBroken), [])
  const here = runs?.find((run) => run.id === id)
  const { run, error } = useRun(id, here?.state === 'running' ? here.done : undefined, here?.state)
  useEffect(() => {
    document.title = run && id !== undefined ? `${run.report.run.suite} · Sosia` : 'Runs · Sosia'
  }, [run, id])
  if (id === undefined) return <Runs runs={runs} broken={broken} />
  if (error !== undefined) return <p className="broken" role="alert">{error} <a href="#/">All runs</a></p>
  if (!run) return <p className="broken" role="status">Opening the run…</p>
  return (
    <>
      {here?.state === 'running' && (
        <p className="live" role="status"><progress value={here.done} max={here.planned} aria-label="Conversations done" /> running: {here.done} of {here.planned} conversations</p>
      )}
      <HashRouter key={id} basename={`/run/${id}`}><App run={run} source={source} served /></HashRouter>
    </>
  )
}
