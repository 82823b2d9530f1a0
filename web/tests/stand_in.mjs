// A model in this process that plays the user and the judge, as OpenAI's chat completions: { name, url, close }.
import { createServer } from 'node:http'

const between = (text, from, to) => text.slice(text.indexOf(from) + from.length, text.lastIndexOf(to))

/** What a judge is shown: { turns, criteria }. */
function caseOf(prompt) {
  const turns = between(prompt, '<transcript>', '</transcript>').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
  const criteria = [...prompt.slice(prompt.indexOf('\nThe criteria\n')).matchAll(/^([a-z-]+): /gm)].map((found) => found[1])
  return { turns, criteria }
}

/**
 * `word({ move, again })` gives the user's line, `rate({ turns, criteria, vote })` the judge's ratings by criterion:
 * { level, quotes: [[turn, words]], reason, bad }, or a text to answer with instead. `vote` counts the questions about one conversation.
 */
export async function modelServer({ word = ({ move }) => `${move} pls`, rate = () => ({}) } = {}) {
  const asked = new Map()
  const answer = ({ messages }) => {
    const prompt = messages.find((one) => one.role === 'user').content
    if (prompt.includes('<transcript>')) {
      const { turns, criteria } = caseOf(prompt)
      const key = JSON.stringify(turns) + criteria.join()
      const vote = asked.get(key) ?? 0
      asked.set(key, vote + 1)
      const ratings = rate({ turns, criteria, vote })
      if (typeof ratings === 'string') return ratings
      return JSON.stringify({ criteria: criteria.map((criterion) => {
        const { level = 5, quotes, reason = 'It does.', bad = 0 } = ratings[criterion] ?? {}
        const said = turns.find((turn) => turn.speaker === 'agent' && turn.text !== '')
        const evidence = (quotes ?? [[said.turn, said.text.slice(0, 40)]]).map(([turn, quote]) => ({ turn, quote }))
        return { criterion, evidence, reason, level, first_bad_turn: bad }
      }) })
    }
    const { draft } = JSON.parse(between(prompt, '<move>', '</move>').trim())
    return JSON.stringify({ text: word({ move: draft, again: messages.length > 2 }) })
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => (body += data))
    request.on('end', () => {
      const question = JSON.parse(body)
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({
        id: 'x', object: 'chat.completion', model: question.model,
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: answer(question) } }],
        usage: { prompt_tokens: 100 + Math.round(body.length / 4), completion_tokens: 20, total_tokens: 120 },
      }))
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${server.address().port}/v1`
  return { name: (model) => `${url}#${model}`, url, close: () => server.close() }
}

const asJson = async (url, body) => (await (await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json()).result

/** Sells the last seat of a bus to whoever is first; with `tooEarly` it believes what it saw when it looked first. */
export function seller({ tooEarly = false } = {}) {
  const seen = new Map()
  return async ({ conversation, messages, context }) => {
    const tool = (name, given = {}) => asJson(`${context.tools.url}/${name}`, given)
    const by = (role) => messages.filter((one) => one.role === role).map((one) => one.content).join(' ')
    const taken = async () => ((await tool('who_has_it')) ?? []).length > 0
    if (!seen.has(conversation)) seen.set(conversation, !(await taken()))
    if (/booked|sold out/.test(by('assistant'))) return { message: `Is there anything else I can do for you? (${messages.length})` }
    const member = /M-\d+/.exec(by('user'))?.[0]
    if (!member) return { message: 'I can do that. Could you give me your member number?' }
    const free = tooEarly ? seen.get(conversation) : !(await taken())
    if (!free) return { message: "I'm sorry, I can't book it: the night bus is sold out." }
    await tool('book_seat', { seat: '12A', member })
    return { message: "I've booked the seat on the night bus for you. Is there anything else?" }
  }
}
