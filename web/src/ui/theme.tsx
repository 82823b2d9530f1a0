import { useEffect, useState } from 'react'
import { useKeys } from './keys'

const choices = ['system', 'light', 'dark'] as const
type Choice = (typeof choices)[number]
const kept = 'sosia-theme'

// A page from disk may be denied storage; then the choice lasts as long as the page.
function remembered(): Choice {
  try {
    const value = localStorage.getItem(kept)
    return choices.find((choice) => choice === value) ?? 'system'
  } catch {
    return 'system'
  }
}

function remember(choice: Choice): void {
  try {
    localStorage.setItem(kept, choice)
  } catch {
    // see remembered()
  }
}

const dark = window.matchMedia('(prefers-color-scheme: dark)')

export function ThemeButton() {
  const [choice, setChoice] = useState(remembered)
  useEffect(() => {
    const apply = () => {
      const isDark = choice === 'dark' || (choice === 'system' && dark.matches)
      document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
    }
    apply()
    remember(choice)
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [choice])
  const next = () => setChoice(choices[(choices.indexOf(choice) + 1) % choices.length] as Choice)
  useKeys({ d: next })
  return (
    <button type="button" className="icon" onClick={next} aria-label={`Colours: ${choice}`} title={`Colours: ${choice}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {choice === 'dark' && <path d="M13.5 10A6 6 0 0 1 6 2.5a6 6 0 1 0 7.5 7.5Z" fill="currentColor" />}
        {choice === 'light' && <><circle cx="8" cy="8" r="3.2" fill="currentColor" />
          <path d="M8 .8v2.4M8 12.8v2.4M.8 8h2.4M12.8 8h2.4M2.9 2.9l1.7 1.7M11.4 11.4l1.7 1.7M13.1 2.9l-1.7 1.7M4.6 11.4l-1.7 1.7"
                stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" /></>}
        {choice === 'system' && <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 2a6 6 0 0 1 0 12Z" fill="currentColor" /></>}
      </svg>
    </button>
  )
}
