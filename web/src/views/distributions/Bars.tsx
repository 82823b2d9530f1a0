/** A small histogram. Every bar says its numbers on hover; the whole is described for screen readers. */
export interface Bar {
  label: string
  value: number
  tip: string
  tone?: 'plain' | 'alarm' | 'second' | undefined
}

export function Bars({ bars, words, every = 1 }: { bars: readonly Bar[]; words: string; every?: number }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value))
  return (
    <div className="bars" role="img" aria-label={words}>
      {bars.map((bar, i) => (
        <span key={i} className={`bar ${bar.tone ?? 'plain'}`} data-tip={bar.tip}>
          <i style={{ height: `${(100 * bar.value) / most}%` }} />
          <small>{i % every === 0 ? bar.label : ''}</small>
        </span>
      ))}
    </div>
  )
}
