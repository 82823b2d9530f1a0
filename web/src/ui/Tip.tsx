// One tooltip for the whole page: any element with data-tip shows it on hover and on keyboard focus. What it says must also be in the
// element's accessible name, so the tip itself is hidden from screen readers.
import { useEffect, useRef, useState } from 'react'

interface Shown {
  lines: string[]
  x: number
  y: number
  below: boolean
}

export function TipLayer() {
  const [shown, setShown] = useState<Shown | null>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const show = (event: Event) => {
      const element = event.target instanceof Element ? event.target.closest<HTMLElement | SVGElement>('[data-tip]') : null
      if (!element) return setShown(null)
      const place = element.getBoundingClientRect()
      const below = place.top < 120
      setShown({ lines: (element.dataset.tip ?? '').split('\n'), x: place.left + place.width / 2, y: below ? place.bottom : place.top, below })
    }
    const hide = () => setShown(null)
    document.addEventListener('pointerover', show)
    document.addEventListener('focusin', show)
    document.addEventListener('keydown', hide)
    window.addEventListener('scroll', hide, { passive: true })
    return () => {
      document.removeEventListener('pointerover', show)
      document.removeEventListener('focusin', show)
      document.removeEventListener('keydown', hide)
      window.removeEventListener('scroll', hide)
    }
  }, [])
  if (!shown) return null
  const half = 130
  const x = Math.min(Math.max(shown.x, half + 8), window.innerWidth - half - 8)
  return (
    <div ref={box} className={shown.below ? 'tip below' : 'tip'} aria-hidden="true" style={{ left: x, top: shown.y }}>
      {shown.lines.map((line, i) => i === 0 ? <strong key={i}>{line}</strong> : <span key={i}>{line}</span>)}
    </div>
  )
}
