// What `sosia serve` answers (docs/serve.md); the types are made from schemas/output/served.schema.json.
import type { Conversation } from '../generated/conversation'
import type { Comparison } from '../generated/report'
import type { FoundTurn, OpenedRun, StoreList, StoredRun } from '../generated/served'
import type { Run } from '../data/run'
import type { Hit } from '../data/search'
import type { Source } from '../data/source'

export type Action = StoredRun['actions'][number]

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/api/${path}`, init)
  const answer = (await response.json().catch(() => ({}))) as { error?: string }
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}.`)
  return answer as T
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  ask<T>(path, { headers: { Accept: 'application/json' }, ...(signal && { signal }) })
const post = (path: string): Promise<unknown> =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })

const runPath = (id: string): string => `runs/${encodeURIComponent(id)}`

export const readRun = (id: string, whole: boolean, signal: AbortSignal): Promise<OpenedRun> =>
  get<OpenedRun>(`${runPath(id)}${whole ? '/whole' : ''}`, signal)
export const act = (id: string, action: Action): Promise<unknown> => post(`${runPath(id)}/${action}`)
export const startSuite = (number: number): Promise<unknown> => post(`suites/${number}`)

/** Calls `changed` with all runs, newest first, now and whenever a run moves on. */
export function watchStore(changed: (store: StoreList) => void, broken: (is: boolean) => void): () => void {
  const events = new EventSource('/api/events')
  events.addEventListener('runs', (event: MessageEvent<string>) => {
    broken(false)
    changed(JSON.parse(event.data) as StoreList)
  })
  events.addEventListener('error', () => broken(true))
  return () => events.close()
}

export class ServedSource implements Source {
  conversation(run: Run, row: number): Promise<Conversation> {
    return get<Conversation>(`${runPath(run.report.run.run)}/conversations/${run.id(row)}`)
  }
  async search(run: Run, text: string, found: (hits: Hit[], done: number) => boolean): Promise<void> {
    const hits: FoundTurn[] = await get(`${runPath(run.report.run.run)}/search?q=${encodeURIComponent(text)}`)
    found(hits, 1)
  }
  comparison(run: Run, base: string): Promise<Comparison> {
    return get<Comparison>(`compare?before=${encodeURIComponent(base)}&after=${encodeURIComponent(run.report.run.run)}`)
  }
  compared(comparison: Comparison, side: 'before' | 'after', id: string): Promise<Conversation> {
    const { run } = comparison[side]
    if (id === '' || run === '') return Promise.reject(new Error('Only its result is known here, not its transcript.'))
    return get<Conversation>(`${runPath(run)}/conversations/${id}`)
  }
}
