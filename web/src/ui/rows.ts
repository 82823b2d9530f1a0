// Long lists of lines that all have one height: only those near the window are in the page.
//
// They change by the chunk, not by the frame: while somebody scrolls, most frames move what is there and run no code of ours.
import { useLayoutEffect, useState, type RefObject } from 'react'

const chunk = 24 // lines

export interface Shown {
  first: number
  end: number // behind the last
  height: number // of the whole list, CSS pixels
  top: number // of the first line in it
}

export function useRows(list: RefObject<HTMLElement | null>, count: number, lineHeight: number): Shown {
  const [at, setAt] = useState({ chunk: 0, lines: 60 })
  useLayoutEffect(() => {
    const look = () => {
      const place = list.current
      if (!place) return
      const above = Math.max(0, -place.getBoundingClientRect().top)
      const next = { chunk: Math.floor(above / lineHeight / chunk), lines: Math.ceil(window.innerHeight / lineHeight) }
      setAt((now) => (now.chunk === next.chunk && now.lines === next.lines ? now : next))
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [list, count, lineHeight])
  const first = Math.max(0, Math.min((at.chunk - 1) * chunk, count - 1))
  const end = Math.min(count, (at.chunk + 2) * chunk + at.lines)
  return { first, end: Math.max(first, end), height: count * lineHeight, top: first * lineHeight }
}
