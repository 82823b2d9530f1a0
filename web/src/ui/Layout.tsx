import { useEffect, useRef, useState, type FormEvent } from 'react'
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router'
import { useFilter, useOpened } from '../context'
import { searchOf } from '../data/filter'
import { count, when } from '../data/words'
import { Help } from './Help'
import { useKeys } from './keys'
import { Mark } from './Mark'
import { ThemeButton } from './theme'
import { TipLayer } from './Tip'

export const views = [
  { path: '/', label: 'Overview', key: '1' },
  { path: '/matrix', label: 'Matrix', key: '2' },
  { path: '/failures', label: 'Failures', key: '3' },
  { path: '/conversations', label: 'Conversations', key: '4' },
  { path: '/distributions', label: 'Distributions', key: '5' },
  { path: '/compare', label: 'Compare', key: '6' },
] as const

function SearchBox() {
  const navigate = useNavigate()
  const location = useLocation()
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(() => new URLSearchParams(location.search).get('q') ?? '')
  useKeys({ '/': () => box.current?.focus() })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') void navigate(`/search?q=${encodeURIComponent(text.trim())}`)
  }
  return (
    <form role="search" className="search" onSubmit={submit}>
      <input ref={box} type="search" aria-label="Search transcripts" placeholder="Search transcripts" value={text}
             onChange={(event) => setText(event.target.value)} />
      <kbd aria-hidden="true">/</kbd>
    </form>
  )
}

export function Layout() {
  const { run, store, whole } = useOpened()
  const filter = useFilter()
  const navigate = useNavigate()
  const location = useLocation()
  const [help, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  const carried = searchOf(filter)
  const shown = views.filter((view) => view.path !== '/compare' || store !== undefined || run.report.comparison !== undefined)
  useKeys(Object.fromEntries([
    ...shown.map((view) => [view.key, () => void navigate(view.path + (view.path === '/' ? '' : carried))] as const),
    ['?', () => setHelp(true)] as const,
  ]))
  useEffect(() => {
    window.scrollTo(0, 0)
    // On a phone not every tab fits.
    const tab = document.querySelector<HTMLElement>('.tabs a.active')
    if (tab?.parentElement) tab.parentElement.scrollLeft = tab.offsetLeft - 40
  }, [location.pathname])
  const { suite, run: id, started_at: started } = run.report.run
  return (
    <>
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }}>Skip to content</a>
      <header className="top">
        <div className="top-line">
          <NavLink to="/" className="brand" aria-label={`${suite}: overview`}>
            <Mark />
            <span className="brand-name">{suite}</span>
          </NavLink>
          {store && <a className="all-runs" href="#/">All runs</a>}
          <span className="run-id"><code>{id}</code><span> · {when(started)}</span></span>
          <SearchBox />
          <ThemeButton />
          <button type="button" className="icon" aria-label="Keyboard shortcuts" onClick={() => setHelp(true)}>?</button>
        </div>
        <nav aria-label="Views" className="tabs">
          {shown.map((view) => (
            <NavLink key={view.path} to={{ pathname: view.path, search: view.path === '/' ? '' : carried }} end={view.path === '/'}>
              {view.label}
            </NavLink>
          ))}
        </nav>
      </header>
      {!whole && <p className="reading" role="status">Reading the transcripts of {count(run.size)} conversations: quotes, moods, reply times and cost follow.</p>}
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="foot">{run.report.contents.sentence}</footer>
      <Help open={help} onClose={() => setHelp(false)} />
      <TipLayer />
    </>
  )
}
