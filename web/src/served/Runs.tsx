import { memo, useEffect, useState } from 'react'
import { count, duration, plural, sentence, when } from '../data/words'
import type { StoredRun, StoreList } from '../generated/served'
import { useKeys } from '../ui/keys'
import { Mark } from '../ui/Mark'
import { ThemeButton } from '../ui/theme'
import { useListKeys } from '../views/Failures'
import { act, startSuite, type Action } from './api'

const states = ['running', 'finished', 'interrupted', 'passed', 'failed', 'undecided', 'not valid'] as const
const actionWords: Record<Action, string> = { stop: 'Stop', again: 'Run again', resume: 'Go on' }

function took(run: StoredRun): string {
  return run.finished_at === '' ? '' : duration(Date.parse(run.finished_at) - Date.parse(run.started_at))
}

function State({ run }: { run: StoredRun }) {
  if (run.state === 'running') return <span className="badge running"><i aria-hidden="true" />running</span>
  if (run.verdict === '') return <span className="tag">{run.state}</span>
  const tone = run.verdict === 'passed' ? 'passed' : run.verdict === 'failed' ? 'failed' : 'invalid'
  return <span className={`badge ${tone}`}>{run.verdict}</span>
}

function Numbers({ run }: { run: StoredRun }) {
  const all = run.passed + run.failed + run.invalid
  if (run.state === 'running' || all === 0) {
    return (
      <span className="run-numbers">
        <span className="stack" aria-hidden="true"><span className="done" style={{ width: `${(100 * run.done) / Math.max(1, run.planned)}%` }} /></span>
        <span>{count(run.done)} of {count(run.planned)}</span>
      </span>
    )
  }
  const share = (n: number) => `${(100 * n) / all}%`
  return (
    <span className="run-numbers">
      <span className="stack" aria-hidden="true">
        {(['passed', 'failed', 'invalid'] as const).map((one) => run[one] > 0 && <span key={one} className={one} style={{ width: share(run[one]) }} />)}
      </span>
      <span>{count(run.passed)} passed, {count(run.failed)} failed{run.invalid > 0 && `, ${count(run.invalid)} invalid`}</span>
    </span>
  )
}

function Actions({ run }: { run: StoredRun }) {
  const [asked, setAsked] = useState('')
  const [words, setWords] = useState('')
  useEffect(() => setAsked(''), [run.state])
  const go = (action: Action) => {
    setAsked(action)
    setWords('')
    act(run.id, action).then(() => action !== 'stop' && setTimeout(() => setAsked(''), 2000), (error: unknown) => {
      setAsked('')
      setWords(error instanceof Error ? error.message : String(error))
    })
  }
  if (run.actions.length === 0) return null
  return (
    <span className="run-actions">
      {run.actions.map((action) => (
        <button key={action} type="button" className="button" disabled={asked === action && action !== 'stop'} onClick={() => go(action)}
                aria-label={`${actionWords[action]}: ${run.suite} ${run.id}`}>
          {action === 'stop' && asked === 'stop' ? 'Stop now' : actionWords[action]}
        </button>
      ))}
      {words !== '' && <span className="run-error" role="alert">{words}</span>}
    </span>
  )
}

const Line = memo(function Line({ run, controls }: { run: StoredRun; controls: boolean }) {
  return (
    <li className={controls ? 'run-place controlled' : 'run-place'}>
      <a className="run-line" href={`#/run/${run.id}/`} data-line>
        <span className="run-suite"><b>{run.suite}</b><code>{run.id}</code></span>
        <span className="run-when">{when(run.started_at)}{took(run) !== '' && <small>{took(run)}</small>}</span>
        <Numbers run={run} />
        <State run={run} />
      </a>
      <Actions run={run} />
    </li>
  )
}, (before, after) => before.controls === after.controls && JSON.stringify(before.run) === JSON.stringify(after.run))

function Suites({ suites }: { suites: StoreList['suites'] }) {
  const [words, setWords] = useState('')
  if (suites.length === 0) return null
  const start = (number: number) => {
    setWords('')
    startSuite(number).catch((error: unknown) => setWords(error instanceof Error ? error.message : String(error)))
  }
  return (
    <section className="suites" aria-label="Suites">
      <div className="suites-line">
        <span className="quiet">Start a run of</span>
        {suites.map((suite, number) => (
          <button key={number} type="button" className="button" onClick={() => start(number)} aria-label={`Run ${suite.name}`}>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><path d="M1.5 0.8v8.4L9 5Z" fill="currentColor" /></svg>{suite.name}{suite.folder !== suite.name && <small>{suite.folder}</small>}
          </button>
        ))}
      </div>
      {suites.filter((suite) => suite.words !== '').map((suite, number) => (
        <div key={number} className="suite-words"><p>The last run of <b>{suite.name}</b> came to nothing:</p><pre tabIndex={0} aria-label={`What the last run of ${suite.name} said`}>{suite.words}</pre></div>
      ))}
      {words !== '' && <p className="run-error" role="alert">{words}</p>}
    </section>
  )
}

/** What is looked for stands in the address: #/?q=desk&state=failed */
function useLookedFor(): [URLSearchParams, (key: string, value: string) => void] {
  const read = () => new URLSearchParams(location.hash.split('?')[1] ?? '')
  const [search, setSearch] = useState(read)
  useEffect(() => {
    const changed = () => setSearch(read())
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }, [])
  const set = (key: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(key)
    else next.set(key, value)
    history.replaceState(null, '', `#/${next.size > 0 ? `?${next.toString()}` : ''}`)
    setSearch(next)
  }
  return [search, set]
}

export function Runs({ store, broken }: { store: StoreList | undefined; broken: boolean }) {
  const [search, set] = useLookedFor()
  const wanted = (search.get('q') ?? '').trim().toLowerCase()
  const state = search.get('state') ?? ''
  const suite = search.get('suite') ?? ''
  const runs = store?.runs
  const shown = runs?.filter((run) => (wanted === '' || `${run.suite} ${run.id}`.toLowerCase().includes(wanted)) &&
    (state === '' || run.state === state || run.verdict === state) && (suite === '' || run.suite === suite))
  const names = [...new Set(runs?.map((run) => run.suite))].sort()
  useListKeys('[data-line]')
  useKeys({ '/': () => document.querySelector<HTMLInputElement>('[data-look]')?.focus() })
  return (
    <>
      <header className="top"><div className="top-line runs-top"><span className="brand"><Mark /><span className="brand-name">Sosia</span></span><span className="run-id" /><ThemeButton /></div></header>
      <main className="page runs">
        <h1>Runs</h1>
        <Suites suites={store?.suites ?? []} />
        <div className="filters" role="group" aria-label="Filters">
          <label className="field"><span>Name or id</span><input data-look type="search" value={search.get('q') ?? ''} onChange={(event) => set('q', event.target.value)} /></label>
          <label className={state === '' ? 'field' : 'field on'}><span>State</span>
            <select value={state} onChange={(event) => set('state', event.target.value)}>
              <option value="">all</option>
              {states.map((one) => <option key={one}>{one}</option>)}
            </select>
          </label>
          {names.length > 1 && (
            <label className={suite === '' ? 'field' : 'field on'}><span>Suite</span>
              <select value={suite} onChange={(event) => set('suite', event.target.value)}>
                <option value="">all</option>
                {names.map((one) => <option key={one}>{one}</option>)}
              </select>
            </label>
          )}
          {shown && <span className="matches" role="status">{shown.length === runs?.length ? plural(shown.length, 'run') : `${count(shown.length)} of ${plural(runs?.length ?? 0, 'run')}`}</span>}
        </div>
        {broken && <p className="empty" role="alert">The server does not answer; this list may be old.</p>}
        {store && store.trouble !== '' && <p className="empty" role="alert">{sentence(store.trouble)}.</p>}
        {!runs && !broken && <p className="empty" role="status">Reading the store…</p>}
        {runs?.length === 0 && store?.trouble === '' && <p className="empty">There is no run yet. <code>sosia run</code> makes one, and it appears here while it runs.</p>}
        {runs && runs.length > 0 && shown?.length === 0 && <p className="empty">No run matches.</p>}
        <ul className="run-list">{shown?.map((run) => <Line key={run.id} run={run} controls={(store?.suites.length ?? 0) > 0} />)}</ul>
      </main>
    </>
  )
}
