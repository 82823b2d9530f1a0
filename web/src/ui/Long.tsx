import { useState } from 'react'
import { count } from '../data/words'

const most = 12_000 // letters that are laid out unasked: a megabyte of text takes a page's breath away

/** Text, its beginning only when it is very long, until somebody asks for the rest. */
export function useShortened(text: string, needed = 0): { shown: string; rest: () => React.ReactNode } {
  const [whole, setWhole] = useState(false)
  const limit = Math.max(most, needed)
  if (whole || text.length <= limit) return { shown: text, rest: () => null }
  // Not within a pair of surrogates.
  const end = /[\ud800-\udbff]/.test(text[limit - 1] ?? '') ? limit - 1 : limit
  return {
    shown: text.slice(0, end),
    rest: () => <button type="button" className="link more-text" onClick={() => setWhole(true)}>Show all {count(text.length)} letters</button>,
  }
}
