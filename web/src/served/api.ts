// What `sosia serve` answers (docs/serve.md).
import type { Conversation } from '../generated/conversation'
import type { Report } from '../generated/report'
import type { Run } from '../data/run'
import type { Hit } from '../data/search'
import type { Source } from '../data/source'

export interface StoredRun {
  id: string
  suite: string
  state: 'running' | 'finished' | 'interrupted'
  started_at: string
  finished_at: string
  planned: number
  done: number
  verdict: string
  passed: number
  failed: number
  invalid: number
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`/api/${path}`, { headers: { Accept: 'application/json' } })
  const answer = (await response.json().catch(() => ({}))) as { error?: string }
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}.`)
  return answer as T
}

export const readReport = (id: string): Promise<Report> => get<Report>(`runs/${encodeURIComponent(id)}`)

/** Calls `changed` with all runs, newest first, now and whenever a run moves on. */
export function watchRuns(changed: (runs: StoredRun[]) => void, broken: (is: boolean) => void): () => void {
  const events = new EventSource('/api/events')
  events.addEventListener('runs', (event: MessageEvent<string>) => {
    broken(false)
    changed(JSON.parse(event.data) as StoredRun[])
  })
  events.addEventListener('error', () => broken(events.readyState === EventSource.CLOSED))
  return () => events.close()
}

export class ServedSource implements Source {
  conversation(run: Run, row: number): Promise<Conversation> {
    return get<Conversation>(`runs/${encodeURIComponent(run.report.run.run)}/conversations/${run.id(row)}`)
  }
  async search(run: Run, text: string, found: (hits: Hit[], done: number) => boolean): Promise<void> {
    found(await get<Hit[]>(`runs/${encodeURIComponent(run.report.run.run)}/search?q=${encodeURIComponent(text)}`), 1)
  }
}
