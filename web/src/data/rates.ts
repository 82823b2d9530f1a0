// Rates with the intervals the program prints (src/stats): Wilson's, and with repetitions those of clusters.

export interface Rate {
  passed: number
  n: number
  value: number
  low: number
  high: number
}

const z = 1.959963984540054

function wilson(p: number, n: number): { low: number; high: number } {
  const z2 = z * z
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
  return { low: p === 0 ? 0 : Math.max(0, centre - half), high: p === 1 ? 1 : Math.min(1, centre + half) }
}

export function rateOf(passed: number, n: number, effective = n): Rate {
  if (n === 0) return { passed, n, value: 0, low: 0, high: 1 }
  const value = passed / n
  return { passed, n, value, ...wilson(value, effective) }
}

export const percent = (value: number, digits = 1): string => {
  const text = (value * 100).toFixed(digits)
  // 99.97 % is not 100 %, and 0.02 % is not nothing.
  if (value < 1 && Number(text) === 100) return `> ${(100 - 10 ** -digits).toFixed(digits)} %`
  if (value > 0 && Number(text) === 0) return `< ${(10 ** -digits).toFixed(digits)} %`
  return `${text.replace(/\.0+$/, '')} %`
}

export const intervalText = (rate: Rate): string =>
  `${(rate.low * 100).toFixed(1)} to ${(rate.high * 100).toFixed(1)} %`
