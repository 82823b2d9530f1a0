import { useEffect, useMemo, useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { useFilter, useOpened } from '../context'
import { searchOf } from '../data/filter'
import { markdownOf } from '../data/markdown'
import type { Outcome, Run } from '../data/run'
import { neighbours } from '../data/sequence'
import { duration, endingWords, sentence } from '../data/words'
import type { Conversation as Talk } from '../generated/conversation'
import { useKeys } from '../ui/keys'
import { OutcomeBadge } from '../ui/Outcome'
import { Chat } from './conversation/Chat'
import { EndState } from './conversation/EndState'
import { Side } from './conversation/Side'
import { Strip } from './conversation/Strip'

type Loaded = { state: 'reading' } | { state: 'here'; talk: Talk } | { state: 'absent'; why: string }

function useTalk(row: number | undefined): Loaded {
  const { run, source } = useOpened()
  const [loaded, setLoaded] = useState<Loaded>({ state: 'reading' })
  useEffect(() => {
    let current = true
    const set = (next: Loaded) => current && setLoaded(next)
    if (row === undefined) return
    if (!run.held(row)) {
      set({ state: 'absent', why: 'This transcript was left out to keep the file within its size.' })
    } else {
      source.conversation(run, row)
        .then((talk) => set({ state: 'here', talk }))
        .catch((error: unknown) => set({ state: 'absent', why: error instanceof Error ? error.message : String(error) }))
    }
    return () => { current = false }
  }, [run, source, row])
  return loaded
}

function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [done, setDone] = useState('')
  const copy = () => {
    navigator.clipboard.writeText(text()).then(() => setDone('copied'), () => setDone('the browser did not allow it'))
    setTimeout(() => setDone(''), 2000)
  }
  return (
    <button type="button" className="button" data-copy={label} onClick={copy}>
      {label} <span role="status" className="copied">{done}</span>
    </button>
  )
}

function Heading({ run, row, filterSearch }: { run: Run; row: number; filterSearch: string }) {
  const edge = run.value('edge_case', row)
  const repetition = run.repetitions > 1 ? ` #${run.number('repetition', row)}` : ''
  return (
    <div className="talk-head">
      <p className="crumbs"><Link to={`/conversations${filterSearch}`}>Conversations</Link> / <code>{run.id(row)}</code></p>
      <h1>
        {run.personaName(run.value('persona', row))} <span aria-hidden="true">→</span> {run.value('scenario', row)}
        {edge !== 'happy path' && <> · {edge}</>} <small>{run.value('adversary', row)}{repetition}</small>
      </h1>
    </div>
  )
}

function Pager({ run, row, filterSearch }: { run: Run; row: number; filterSearch: string }) {
  const filter = useFilter()
  const near = useMemo(() => neighbours(run, row, filter), [run, row, filterSearch])
  const navigate = useNavigate()
  const to = (other: number | undefined) => (other === undefined ? undefined : `/conversations/${run.id(other)}${filterSearch}`)
  const go = (other: number | undefined) => {
    const path = to(other)
    if (path !== undefined) void navigate(path)
  }
  // From where the address is by now: keys may come faster than pages are drawn.
  const step = (direction: 'next' | 'previous') => {
    const id = /conversations\/([^?]+)/.exec(window.location.hash)?.[1]
    go(neighbours(run, (id === undefined ? undefined : run.rowOf(id)) ?? row, filter)[direction])
  }
  useKeys({
    j: () => step('next'), k: () => step('previous'), ArrowRight: () => step('next'), ArrowLeft: () => step('previous'),
    u: () => void navigate(`/conversations${filterSearch}`),
  })
  if (near.total === 0) return null
  const link = (other: number | undefined, words: string, arrow: string) => {
    const path = to(other)
    return path === undefined
      ? <span className="button off" aria-hidden="true">{arrow}</span>
      : <Link className="button" to={path} aria-label={words} title={words}>{arrow}</Link>
  }
  return (
    <nav className="pager" aria-label={`Other ${near.what} conversations`}>
      {link(near.previous, `Previous ${near.what} (k)`, '←')}
      <span>{near.at < 0 ? `${near.total} ${near.what === 'failure' ? 'failures' : near.what}` : `${near.what} ${near.at + 1} of ${near.total}`}</span>
      {link(near.next, `Next ${near.what} (j)`, '→')}
    </nav>
  )
}

function Reason({ run, row, talk }: { run: Run; row: number; talk: Talk | undefined }) {
  const failed = talk?.checks.filter((check) => !check.passed && check.gates !== false).length ?? 0
  const cause = run.value('check', row)
  return (
    <p className="reason">
      <OutcomeBadge outcome={run.outcome(row) as Outcome} />
      {cause !== '' && <><b>{cause}</b> {sentence(run.text('detail', row))}{failed > 1 && <span className="quiet"> and {failed - 1} more</span>}</>}
      {cause === '' && talk?.error && <span>{talk.error}</span>}
      {talk && talk.fault !== 'none' && <span className="tag">fault of the {talk.fault}{talk.fault_kind && `: ${talk.fault_kind}`}</span>}
      <span className="quiet">{endingWords(run.value('ended', row))} after {run.number('user_turns', row)} user turns, {duration(run.number('duration_ms', row))}</span>
    </p>
  )
}

const shownKey = 'sosia-inner'
function initiallyShown(): boolean {
  try {
    return sessionStorage.getItem(shownKey) !== 'hidden'
  } catch {
    return true
  }
}

export function Conversation() {
  const { run } = useOpened()
  const { id = '' } = useParams()
  const [search] = useSearchParams()
  const filterSearch = searchOf(useFilter())
  const row = run.rowOf(id)
  const loaded = useTalk(row)
  const [inner, setInner] = useState(initiallyShown)
  const [tools, setTools] = useState(false)
  const [others, setOthers] = useState(false)
  const talk = loaded.state === 'here' && loaded.talk.id.startsWith(id) ? loaded.talk : undefined
  useEffect(() => {
    try {
      sessionStorage.setItem(shownKey, inner ? 'shown' : 'hidden')
    } catch {
      // a page from disk may be denied storage
    }
  }, [inner])
  useKeys({
    i: () => setInner((now) => !now),
    t: () => setTools((now) => !now),
    o: () => setOthers((now) => !now),
    c: () => document.querySelector<HTMLElement>('[data-copy="Copy as Markdown"]')?.click(),
  })
  const turn = Number(search.get('turn') ?? 0)
  const link = (to: number) => {
    const next = new URLSearchParams(filterSearch)
    next.set('turn', String(to))
    return `/conversations/${talk?.id ?? id}?${next.toString()}`
  }
  if (row === undefined) return <div className="page"><h1>Not in this run</h1><p className="empty">There is no conversation <code>{id}</code> in this run.</p></div>
  return (
    <div className="page talk">
      <div className="talk-top">
        <Heading run={run} row={row} filterSearch={filterSearch} />
        <Pager run={run} row={row} filterSearch={filterSearch} />
      </div>
      <Reason run={run} row={row} talk={talk} />
      {loaded.state === 'reading' && <p className="empty" role="status">Opening the transcript…</p>}
      {loaded.state === 'absent' && (
        <div className="empty">
          <p>{loaded.why}</p>
          <p>Read it with <code>sosia show {run.id(row)} --why</code></p>
        </div>
      )}
      {talk && (
        <>
          <Strip talk={talk} />
          <div className="tools-line" role="group" aria-label="Show">
            <label className="switch"><input type="checkbox" checked={inner} onChange={(e) => setInner(e.target.checked)} /> User's inner side <kbd aria-hidden="true">i</kbd></label>
            <label className="switch"><input type="checkbox" checked={tools} onChange={(e) => setTools(e.target.checked)} /> Tool calls open <kbd aria-hidden="true">t</kbd></label>
            {talk.others && <label className="switch"><input type="checkbox" checked={others} onChange={(e) => setOthers(e.target.checked)} /> Others in this world open <kbd aria-hidden="true">o</kbd></label>}
            <CopyButton label="Copy as Markdown" text={() => markdownOf(talk, run.report.run.run)} />
          </div>
          <div className={inner ? 'talk-body' : 'talk-body no-inner'}>
            <div className="talk-main">
              <Chat run={run} talk={talk} inner={inner} toolsOpen={tools} othersOpen={others} at={turn} link={link} />
              <EndState talk={talk} />
            </div>
            <Side run={run} row={row} talk={talk} link={link} copy={(text) => <CopyButton label="Copy" text={() => text} />} />
          </div>
        </>
      )}
    </div>
  )
}
