import { useState } from 'react'
import { count, duration, when } from '../data/words'
import { Mark } from '../ui/Mark'
import { ThemeButton } from '../ui/theme'
import type { StoredRun } from './api'

function took(run: StoredRun): string {
  return run.finished_at === '' ? '' : duration(Date.parse(run.finished_at) - Date.parse(run.started_at))
}

function Line({ run }: { run: StoredRun }) {
  const tone = run.verdict === 'passed' ? 'passed' : run.verdict === 'failed' ? 'failed' : 'invalid'
  return (
    <li>
      <a className="run-line" href={`#/run/${run.id}/`}>
        <span className="run-suite"><b>{run.suite}</b><code>{run.id}</code></span>
        <span>{when(run.started_at)}</span>
        {run.state === 'running'
          ? <span className="run-progress"><progress value={run.done} max={run.planned} aria-label={`${run.done} of ${run.planned} done`} /> {count(run.done)} of {count(run.planned)}</span>
          : <span className="run-numbers">{count(run.passed)} passed, {count(run.failed)} failed, {count(run.invalid)} invalid</span>}
        <span className="quiet">{took(run)}</span>
        <span>{run.state === 'running' ? <span className="tag">running</span> : run.verdict === '' ? <span className="tag">{run.state}</span> : <span className={`badge ${tone}`}>{run.verdict}</span>}</span>
      </a>
    </li>
  )
}

export function Runs({ runs, broken }: { runs: StoredRun[] | undefined; broken: boolean }) {
  const [text, setText] = useState('')
  const [state, setState] = useState('')
  const wanted = text.trim().toLowerCase()
  const shown = runs?.filter((run) => (wanted === '' || `${run.suite} ${run.id}`.toLowerCase().includes(wanted)) &&
    (state === '' || run.state === state || run.verdict === state))
  return (
    <>
      <header className="top"><div className="top-line runs-top"><span className="brand"><Mark /><span className="brand-name">Sosia</span></span><span className="run-id" /><ThemeButton /></div></header>
      <main className="page">
        <h1>Runs</h1>
        <div className="filters" role="group" aria-label="Filters">
          <label className="field"><span>Name or id</span><input type="search" value={text} onChange={(event) => setText(event.target.value)} /></label>
          <label className="field"><span>State</span>
            <select value={state} onChange={(event) => setState(event.target.value)}>
              <option value="">all</option>
              {['running', 'finished', 'interrupted', 'passed', 'failed', 'undecided', 'not valid'].map((one) => <option key={one}>{one}</option>)}
            </select>
          </label>
          {shown && <span className="matches" role="status">{count(shown.length)} runs</span>}
        </div>
        {broken && <p className="empty" role="alert">The server is gone; this list may be old.</p>}
        {!runs && !broken && <p className="empty" role="status">Reading the store…</p>}
        {runs?.length === 0 && <p className="empty">There is no run yet. <code>sosia run</code> makes one, and it appears here while it runs.</p>}
        <ul className="run-list">{shown?.map((run) => <Line key={run.id} run={run} />)}</ul>
      </main>
    </>
  )
}
