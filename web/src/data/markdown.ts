// A conversation as Markdown, for issues and chats. The text is fenced or escaped: nothing of it becomes markup there either.
import type { Conversation, Turn } from '../generated/conversation'
import { endingWords } from './words'

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, (c) => `\\${c}`)
const quoted = (text: string): string => text.split('\n').map((line) => `> ${escaped(line)}`).join('\n')

function turnText(turn: Turn, notes: readonly string[]): string {
  const tools = turn.tools.map((tool) => `- tool ${escaped(tool.name)}: ${escaped(JSON.stringify(tool.arguments ?? {}))}${tool.fault === undefined ? '' : ` (fault of the world: ${tool.fault})`}`)
  return [`**${turn.n} ${turn.role}**`, '', quoted(turn.text), ...(tools.length > 0 ? ['', ...tools] : []),
          ...notes.map((note) => `\n${note}`), ''].join('\n')
}

export function markdownOf(c: Conversation, runId: string): string {
  const failed = c.checks.filter((check) => !check.passed && check.gates !== false)
  const note = (turn: number): string[] =>
    failed.filter((check) => check.turn === turn).map((check) => `✗ **${escaped(check.name)}**: ${escaped(check.detail)}`)
  const cell = [c.cell.persona, c.cell.scenario, c.cell.edge_case || '-', c.cell.adversary].join('/')
  const thoughts = (c.opinions ?? []).map((o) =>
    `◇ **${escaped(o.criterion)}** ${o.level === 0 ? `no usable answer: ${escaped(o.fault ?? '')}` : `${o.level} of 5${o.unsure ? ', unsure' : ''}: ${escaped(o.reason)}`} (${escaped(o.model)}, ${o.gates ? 'counts' : 'advisory'})`)
  return [
    `### ${escaped(cell)}: ${c.outcome}`, '',
    `Conversation \`${c.id}\` of run \`${runId}\`, ${endingWords(c.ended)}. Again: \`sosia replay ${c.id}\``, '',
    ...note(0), ...c.turns.map((turn) => turnText(turn, note(turn.n))), ...thoughts.flatMap((line) => [line, '']),
  ].join('\n')
}
