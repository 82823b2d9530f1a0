// Words for what the files spell short.
const endings: Record<string, string> = {
  'user-satisfied': 'user satisfied',
  'user-gave-up': 'user gave up',
  'user-handed-over': 'handed over to a person',
  'agent-ended': 'ended by the agent',
  'turn-limit': 'turn limit reached',
  loop: 'agent went in circles',
  'agent-invalid': 'unreadable reply',
  'agent-timeout': 'agent timed out',
  'conversation-timeout': 'conversation timed out',
  'agent-unreachable': 'agent unreachable',
  'budget-spent': 'budget spent',
  cancelled: 'cancelled',
  'internal-error': 'internal error',
  'user-invalid': 'simulated user failed',
  'model-unavailable': 'model unavailable',
}
export const endingWords = (ended: string): string => endings[ended] ?? ended

const worldFaults: Record<string, string> = {
  timeout: 'timed out',
  error: 'answered with an error',
  slow: 'was slow',
  truncated: 'answer cut in half',
  'missing-fields': 'fields missing from the answer',
  'corrupt-fields': 'fields of the answer spoilt',
  stale: 'answered with old data',
  'rate-limit': 'refused: too many calls',
  duplicate: 'was carried out twice',
}
/** What a fault of the world did to a call. */
export const worldFaultWords = (kind: string): string => worldFaults[kind] ?? kind

const toolErrors: Record<string, string> = {
  refused: 'refused',
  invalid: 'arguments do not fit',
  unknown: 'no such tool',
  broken: 'the tool is broken',
}
export const toolErrorWords = (error: string): string => toolErrors[error] ?? error

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

export const count = (n: number): string => n.toLocaleString('en-US')

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  const seconds = Math.round((ms % 60_000) / 1000)
  return minutes < 60 ? `${minutes} min ${seconds} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export const money = (usd: number): string => (usd < 0.01 && usd > 0 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`)

export function when(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }) + ' UTC'
}

/** With a capital letter, unless it begins with a name or a path. */
export const sentence = (text: string): string => (text === '' || /^[^\s:]*[/_.-]/.test(text) ? text : text[0]!.toUpperCase() + text.slice(1))
