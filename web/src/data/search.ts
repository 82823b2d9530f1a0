// Search over the transcripts in this file, block by block, so that the page stays alive meanwhile.
import type { Conversation } from '../generated/conversation'

export interface Hit {
  id: string
  turn: number
  role: string
  before: string
  match: string
  after: string
}

const around = 60
/** After so many the search stops: nobody reads on, and a longer text finds fewer. */
export const mostHits = 500

function hitsIn(c: Conversation, wanted: string): Hit[] {
  const hits: Hit[] = []
  for (const turn of c.turns) {
    const at = turn.text.toLowerCase().indexOf(wanted)
    if (at < 0) continue
    const end = at + wanted.length
    hits.push({
      id: c.id, turn: turn.n, role: turn.role,
      before: (at > around ? '…' : '') + turn.text.slice(Math.max(0, at - around), at),
      match: turn.text.slice(at, end),
      after: turn.text.slice(end, end + around) + (turn.text.length > end + around ? '…' : ''),
    })
  }
  return hits
}

/** Calls `found` with the hits of each block and the share done; stops when it returns false. */
export async function searchBlocks(read: (block: number) => Promise<string[]>, first: number, blocks: number, text: string,
                                   found: (hits: Hit[], done: number) => boolean): Promise<void> {
  const wanted = text.toLowerCase()
  // As it stands in the JSON text, to skip what cannot match before it is parsed.
  const raw = JSON.stringify(wanted).slice(1, -1)
  let total = 0
  for (let block = first; block < blocks; block++) {
    const hits: Hit[] = []
    for (const line of await read(block)) {
      if (total + hits.length >= mostHits) break
      if (line === '' || !line.toLowerCase().includes(raw)) continue
      hits.push(...hitsIn(JSON.parse(line) as Conversation, wanted))
    }
    total += hits.length
    if (!found(hits, (block + 1) / blocks) || total >= mostHits) return
  }
}
