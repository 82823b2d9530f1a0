// What a conversation left in its world: every document it changed as it is now, and where a check wants something else.
import type { Check, Conversation } from '../generated/conversation'

export interface Place {
  at: string // member within the document; '' the document itself
  found: string
  expected?: string | undefined
}

export interface Document {
  name: string // collection/id
  what: 'written' | 'gone' | 'as it was'
  places: Place[]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function documentOf(name: string, now: unknown): Document {
  if (now === null) return { name, what: 'gone', places: [{ at: '', found: 'nothing' }] }
  const members = isObject(now) ? Object.entries(now) : []
  return {
    name, what: 'written',
    places: members.length > 0 ? members.map(([key, value]) => ({ at: `/${key}`, found: JSON.stringify(value) })) : [{ at: '', found: JSON.stringify(now) }],
  }
}

interface Wanted {
  name: string
  at: string
  expected: string
  found: string
}

/** The lines of a check about the end state, "collection/id/member: expected X, found Y"; anything else stays a sentence. */
export function wantedOf(check: Check): { wanted: Wanted[]; rest: string[] } {
  const wanted: Wanted[] = []
  const rest: string[] = []
  let line = ''
  for (const part of check.detail.split('; ')) {
    line = line === '' ? part : `${line}; ${part}`
    const found = /^([^/: ]+\/[^/: ]+)(\/[^:]*)?: expected (.*), found (.*)$/s.exec(line)
    if (found) {
      wanted.push({ name: found[1] as string, at: found[2] ?? '', expected: found[3] as string, found: found[4] as string })
      line = ''
    } else if (!line.includes(': expected ') || line.includes(', found ')) {
      rest.push(line)
      line = ''
    }
  }
  if (line !== '') rest.push(line)
  return { wanted, rest }
}

export const aboutEndState = (check: Check): boolean => ['world.documents', 'world.queries', 'world.actions', 'world.unchanged'].includes(check.name)

/** Documents that differ from what is expected come first, and in them the places that do. */
export function endState(talk: Conversation): Document[] {
  const changes = (talk.world?.changes ?? {}) as Record<string, unknown>
  const documents: Document[] = Object.entries(changes).flatMap(([collection, ids]) =>
    isObject(ids) ? Object.entries(ids).map(([id, now]) => documentOf(`${collection}/${id}`, now)) : [])
  const failed = talk.checks.filter((check) => !check.passed && aboutEndState(check))
  for (const { name, at, expected, found } of failed.flatMap((check) => wantedOf(check).wanted)) {
    let document = documents.find((one) => one.name === name)
    if (!document) documents.push((document = { name, what: 'as it was', places: [] }))
    const place = document.places.find((one) => one.at === at)
    if (place) place.expected = expected
    else document.places.push({ at, found, expected })
  }
  const differs = (place: Place): number => (place.expected === undefined ? 1 : 0)
  for (const document of documents) document.places.sort((a, b) => differs(a) - differs(b))
  const rank = (document: Document): number => Math.min(1, ...document.places.map(differs))
  return documents.sort((a, b) => rank(a) - rank(b))
}
