// Several users in one world: whose turn came when.
import type { Companion, Conversation, Turn } from '../generated/conversation'

export interface OtherTurn {
  who: Companion
  turn: Turn
}

/** In order: turns of the judged user, and between them what the others said and were told. */
export type Item = { own: Turn; others?: undefined } | { own?: undefined; others: OtherTurn[] }

/**
 * All began at one moment, and one exchange is over before the next begins, so their clocks tell the order. Within one millisecond
 * each keeps their own order and nobody is put between the agent's answer and the words that follow it.
 */
export function itemsOf(talk: Conversation): Item[] {
  const queues = (talk.others ?? []).map((who) => who.turns.map((turn) => ({ who, turn })))
  const items: Item[] = []
  const takeUntil = (at: number) => {
    for (;;) {
      const next = queues.filter((queue) => (queue[0]?.turn.at_ms ?? Infinity) < at).sort((a, b) => (a[0] as OtherTurn).turn.at_ms - (b[0] as OtherTurn).turn.at_ms)[0]
      if (!next) return
      const last = items.at(-1)
      const other = next.shift() as OtherTurn
      if (last?.others) last.others.push(other)
      else items.push({ others: [other] })
    }
  }
  for (const own of talk.turns) {
    if (own.role === 'agent' || items.length === 0) takeUntil(own.at_ms)
    items.push({ own })
  }
  takeUntil(Infinity)
  return items
}
