import { intervalText, percent, type Rate } from '../data/rates'

/** A point with its interval on a scale from 0 to 100 %, with the threshold where there is one. */
export function RateBar({ rate, threshold, wide = false }: { rate: Rate; threshold?: number | undefined; wide?: boolean }) {
  const at = (value: number) => `${value * 100}%`
  const words = `${percent(rate.value)} of ${rate.n}, 95 % interval ${intervalText(rate)}`
  return (
    <span className={wide ? 'ratebar wide' : 'ratebar'} role="img" aria-label={words} data-tip={`${percent(rate.value)} passed\n95 % interval ${intervalText(rate)}\nn = ${rate.n}`}>
      <span className="ratebar-interval" style={{ left: at(rate.low), width: at(rate.high - rate.low) }} />
      {threshold !== undefined && <span className="ratebar-threshold" style={{ left: at(threshold) }} />}
      <span className="ratebar-point" style={{ left: at(rate.value) }} />
    </span>
  )
}
