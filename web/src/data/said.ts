// Which words of a message somebody quoted: a check that failed, or a judge as evidence. Text stays text; this only cuts it.
export type Mark = 'check' | 'evidence'

export interface Quoted {
  text: string
  mark: Mark
}

export interface Piece {
  text: string
  mark?: Mark
}

/** Where a quote stands, white space alike however much of it there is (as the program compares evidence). */
function placeOf(text: string, quote: string): [number, number] | undefined {
  const exact = text.indexOf(quote)
  if (exact >= 0) return [exact, exact + quote.length]
  const words = quote.split(/\s+/).filter((word) => word !== '')
  if (words.length < 2) return undefined
  const found = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('\\s+')).exec(text)
  return found ? [found.index, found.index + found[0].length] : undefined
}

/** The text in pieces, marked where it is quoted; of two quotes of one place the first wins. A quote of the whole marks nothing but evidence. */
export function piecesOf(text: string, quotes: readonly Quoted[]): Piece[] {
  const places: { from: number; to: number; mark: Mark }[] = []
  for (const quote of quotes) {
    if (quote.text.trim() === '') continue
    const place = placeOf(text, quote.text)
    if (!place || (quote.mark === 'check' && quote.text === text)) continue
    if (places.every((other) => place[1] <= other.from || place[0] >= other.to)) places.push({ from: place[0], to: place[1], mark: quote.mark })
  }
  places.sort((a, b) => a.from - b.from)
  const pieces: Piece[] = []
  let at = 0
  for (const { from, to, mark } of places) {
    if (from > at) pieces.push({ text: text.slice(at, from) })
    pieces.push({ text: text.slice(from, to), mark })
    at = to
  }
  if (at < text.length || pieces.length === 0) pieces.push({ text: text.slice(at) })
  return pieces
}

/** Characters that turn the direction of what follows: text with them may read otherwise than it is. */
export const turnsDirection = (text: string): boolean => /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(text)
