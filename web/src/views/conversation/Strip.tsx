// The conversation at a glance: the user's mood over the turns, how long each reply took, where verdicts and tools are.
import type { Conversation as Talk } from '../../generated/conversation'
import { duration } from '../../data/words'

const height = 54
const width = 100

function moodPoints(talk: Talk, at: (index: number) => number): string {
  const points = talk.turns.flatMap((turn, i) => (turn.mind ? [`${at(i)},${height - 4 - (Math.min(5, turn.mind.emotion) / 5) * (height - 10)}`] : []))
  return points.join(' ')
}

export function Strip({ talk }: { talk: Talk }) {
  const n = talk.turns.length
  if (n === 0) return null
  const at = (index: number) => ((index + 0.5) / n) * width
  const slowest = Math.max(1, ...talk.turns.map((turn) => turn.latency_ms ?? 0))
  const failing = new Set(talk.checks.filter((check) => !check.passed && check.gates !== false).map((check) => check.turn))
  const thought = new Set((talk.opinions ?? []).map((opinion) => opinion.turn))
  const faulty = talk.turns.some((turn) => turn.tools.some((tool) => tool.fault !== undefined))
  const words = (i: number) => {
    const turn = talk.turns[i]
    if (!turn) return ''
    return [`turn ${turn.n}, ${turn.role}`, turn.mind ? `mood ${turn.mind.emotion.toFixed(1)} of 5` : `replied in ${duration(turn.latency_ms ?? 0)}`,
            failing.has(turn.n) ? 'a check fails here' : '', thought.has(turn.n) ? 'a judge sees the first fault here' : '',
            turn.tools.map((tool) => (tool.fault === undefined ? tool.name : `${tool.name} (fault: ${tool.fault})`)).join(', ')].filter(Boolean).join('\n')
  }
  const jump = (n: number) => {
    const place = document.getElementById(`turn-${n}`)
    place?.scrollIntoView({ block: 'center', behavior: 'smooth' })
    place?.querySelector<HTMLElement>('.who a')?.focus({ preventScroll: true })
  }
  return (
    <figure className="strip" aria-label="The conversation at a glance: mood of the user and time of each reply">
      <div className="strip-plot">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <polygon className="strip-area" points={`${at(0)},${height} ${moodPoints(talk, at)} ${at(n - 1)},${height}`} />
          <polyline className="strip-mood" points={moodPoints(talk, at)} vectorEffect="non-scaling-stroke" />
        </svg>
        {talk.turns.map((turn, i) => (
          <button key={turn.n} type="button" tabIndex={-1} className={`strip-turn ${turn.role}${failing.has(turn.n) ? ' failing' : ''}`} data-tip={words(i)}
                  aria-label={words(i).replaceAll('\n', ', ')} onClick={() => jump(turn.n)}>
            {turn.role === 'agent' && <i className="strip-reply" style={{ height: `${Math.max(4, (100 * (turn.latency_ms ?? 0)) / slowest)}%` }} />}
            {turn.tools.length > 0 && <i className={turn.tools.some((tool) => tool.fault !== undefined) ? 'strip-tool faulty' : 'strip-tool'} />}
            {thought.has(turn.n) && !failing.has(turn.n) && <i className="strip-thought">◇</i>}
            {failing.has(turn.n) && <i className="strip-fail">✗</i>}
          </button>
        ))}
      </div>
      <figcaption><span className="key-mood">mood of the user, 0 to 5</span><span className="key-reply">reply time, up to {duration(slowest)}</span><span className="key-tool">tool call</span>{faulty && <span className="key-fault">with a fault of the world</span>}</figcaption>
    </figure>
  )
}
