import { createRoot } from 'react-dom/client'
import { HashRouter } from 'react-router'
import { App } from './App'
import { Run } from './data/run'
import { PageSource } from './data/source'
import { Served } from './served/Served'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/overview.css'
import './styles/matrix.css'
import './styles/lists.css'
import './styles/conversation.css'
import './styles/judging.css'
import './styles/charts.css'
import './styles/compare.css'
import './styles/served.css'
import './styles/print.css'

async function start(): Promise<void> {
  const place = document.getElementById('app')
  if (!place) return
  const root = createRoot(place)
  if (!PageSource.present() && location.protocol.startsWith('http')) {
    root.render(<Served />)
    return
  }
  const source = new PageSource()
  try {
    const run = new Run(await source.report())
    document.title = `${run.report.run.suite} · Sosia`
    root.render(<HashRouter><App run={run} source={source} whole /></HashRouter>)
    requestAnimationFrame(() => performance.mark('sosia-interactive'))
  } catch (error) {
    root.render(<p className="broken" role="alert">{error instanceof Error ? error.message : String(error)}</p>)
  }
}

void start()
