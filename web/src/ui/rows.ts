// Long lists of lines that all have one height: only those near the window are in the page.
//
// They change by the chunk, not by the frame: while somebody scrolls, most frames move what is there and run no code of ours.
import { useLayoutEffect, useState, type RefObject } from 'react'

const chunk = 12 // lines

export interface Shown {
  first: number
  end: number // behind the last
  height: number // of the whole list, CSS pixels
  top: number // of the first line in it
}

export function useRows(list: RefObject<HTMLElement | null>, count: number, lineHeight: number): Shown {
  const [at, setAt] = useState({ chunk: 0, lines: 60 })
  useLayoutEffect(() => {
    // Where the list begins is asked for once: asking in every frame would lay the page out in every frame. A line more or less above it
    // does not matter, more than that is in the page anyway.
    let begins = 0
    const measure = () => {
      begins = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY
      look()
    }
    const look = () => {
      const above = Math.max(0, window.scrollY - begins)
      const next = { chunk: Math.floor(above / lineHeight / chunk), lines: Math.ceil(window.innerHeight / lineHeight) }
      setAt((now) => (now.chunk === next.chunk && now.lines === next.lines ? now : next))
    }
    measure()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', measure)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', measure)
    }
  }, [list, count, lineHeight])
  const first = Math.max(0, Math.min((at.chunk - 1) * chunk, count - 1))
  const end = Math.min(count, (at.chunk + 2) * chunk + at.lines)
  return { first, end: Math.max(first, end), height: count * lineHeight, top: first * lineHeight }
}
