// Runs with models in them and worlds that misbehave: opinions of a judge, users in a model's words, faults, other users in one world, what
// is left behind. The agent and the models are processes of this test; everything else is real.
import assert from 'node:assert/strict'
import { appendFileSync, cpSync, statSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { modelServer, seller } from './stand_in.mjs'
import { agentServer, conversations, folder, openReport, root, run, runJson, serve } from './support.mjs'

const hostile = '</script><script>window.owned=1</script> <img src=x onerror="window.owned=1"> \u202edrow\u202c https://example.invalid/'
const role = 'How can I help you today?'

let browser
let place
let results
let all
let judged // conversations with opinions of every kind

/** Rates tone with a split vote, the task by its end, one criterion without true evidence, and is rude to the page. */
function rate({ turns, criteria, vote }) {
  const said = turns.filter((turn) => turn.speaker === 'agent')
  const [first, last] = [said[0], said.at(-1)]
  const soldOut = /sold out/.test(JSON.stringify(turns))
  const ratings = {
    tone: { level: [2, 4, 4][vote % 3], quotes: [[first.turn, first.text.slice(0, 12)]], reason: 'It asks before it greets.', bad: first.turn },
    'task-completion': soldOut ? { level: 2, quotes: [[last.turn, last.text.slice(0, 30)]], reason: `Nothing was booked. ${hostile}`, bad: last.turn } : { reason: 'Booked.' },
    groundedness: { level: 1, quotes: [[first.turn, 'words that nobody said']], reason: 'made up' },
  }
  return Object.fromEntries(criteria.map((name) => [name, ratings[name]]))
}

async function rehearse(base, { judge, word, rating = rate, args = [] }) {
  const model = await modelServer({ word, rate: rating })
  const agent = await agentServer(seller({ tooEarly: true }))
  const suite = join(base, 'bus')
  cpSync(join(root, 'tests/e2e/suites/last-seat'), suite, { recursive: true })
  appendFileSync(join(suite, 'worlds/bus.yaml'), `faults:
  - { kind: slow, tools: who_has_it, probability: 40%, delay: 5s }
  - { kind: error, tools: book_seat, call: 1, probability: 50%, message: ${JSON.stringify(hostile)} }
`)
  writeFileSync(join(suite, 'sosia.yaml'), `name: night-bus
agent: { url: "\${AGENT_URL}" }
user: { model: "${model.name('user')}", retries: 2 }
judge: { model: "${model.name('judge')}", votes: 3, retries: 0, ${judge} }
personas: personas/
scenarios: scenarios/
adversaries: [cooperative]
matrix: { cover: full, runs: 8, seed: 3 }
limits: { concurrency: 8, turns: 10, reruns: 0 }
`)
  try {
    await run(['run', 'bus', '-q', '--out', 'results', ...args], { cwd: base, env: { AGENT_URL: agent.url } })
  } finally {
    model.close()
    agent.close()
  }
  return join(base, 'results')
}

before(async () => {
  place = folder()
  let n = 0
  results = await rehearse(place.path, {
    judge: 'criteria: [task-completion, groundedness, tone]',
    word: ({ move, again }) => (!again && n++ % 4 === 0 ? role : `${move} pls`),
  })
  all = conversations(results)
  judged = all.filter((c) => c.opinions?.length === 3)
  assert.ok(judged.length > 8, 'the judge rated the conversations')
  browser = await chromium.launch(options)
})
after(async () => {
  await browser?.close()
  place?.remove()
})

async function open(hash, body, context) {
  const report = await openReport(browser, results, { hash, context })
  try {
    await body(report.page)
    assert.equal(await report.page.evaluate(() => window.owned), undefined)
    report.assertSilent()
  } finally {
    await report.close()
  }
}

const talk = (c, body, context) => open(`#/conversations/${c.id}`, async (page) => {
  await page.waitForSelector('.turn')
  await body(page)
}, context)
const soldOut = () => judged.find((c) => c.opinions.some((o) => o.criterion === 'task-completion' && o.level === 2))

test('the overview says how each criterion was rated, that the judge is advisory, and where it found fault', () => open('#/', async (page) => {
  const section = page.locator('.judging')
  assert.match(await section.innerText(), /Advisory: nobody has measured this judge/)
  const levels = [1, 2, 3, 4, 5].map((level) => judged.filter((c) => c.opinions.some((o) => o.criterion === 'task-completion' && o.level === level)).length)
  const row = section.locator('.judged', { hasText: 'task-completion' })
  assert.equal(await row.locator('.levels').getAttribute('aria-label'), levels.map((n, i) => `level ${i + 1}: ${n}`).join(', '))
  assert.match(await section.locator('.judged', { hasText: 'groundedness' }).innerText(), new RegExp(`${judged.length} without a usable answer`))
  assert.match(await section.locator('.judged', { hasText: 'tone' }).innerText(), new RegExp(`${judged.length} unsure`))
  await row.getByRole('link').first().click()
  await page.waitForSelector('.turn.here .thinks, .thinks')
}))

test('a conversation shows every opinion with its anchor, votes, evidence, first bad turn and why it counts or not', () => {
  const c = soldOut()
  return talk(c, async (page) => {
    const panel = page.locator('.opinions')
    assert.match(await panel.innerText(), /Advisory/)
    const task = panel.locator('.opinion', { hasText: 'task-completion' })
    const opinion = c.opinions.find((o) => o.criterion === 'task-completion')
    assert.ok((await task.innerText()).includes(opinion.reason), 'the reason is text, markup and all')
    assert.notEqual((await task.locator('.anchor').innerText()).trim(), '', 'the level has its anchor')
    assert.deepEqual(await task.locator('.vote').allTextContents(), opinion.votes.map(String))
    const tone = panel.locator('.opinion', { hasText: 'tone' })
    assert.match(await tone.innerText(), /unsure/)
    const grounded = panel.locator('.opinion', { hasText: 'groundedness' })
    assert.match(await grounded.innerText(), /No usable answer/)
    assert.match(await grounded.innerText(), /3 void/)
    const mark = page.locator(`#turn-${opinion.turn} mark.evidence`)
    assert.equal(await mark.first().textContent(), opinion.evidence[0].text)
    assert.ok((await page.locator(`#turn-${opinion.turn} .thinks`).innerText()).includes('task-completion 2 of 5'))
    await task.getByRole('link').first().click()
    await page.waitForSelector(`#turn-${opinion.turn}.here`)
  })
})

test('users in the words of a model: what was meant, what the guards kept back, what it took', () => {
  const c = all.find((one) => one.turns.some((turn) => turn.worded?.refused) && one.turns.some((turn) => turn.worded?.draft))
  return talk(c, async (page) => {
    const worded = c.turns.filter((turn) => turn.worded?.draft)
    assert.deepEqual(await page.locator('.inner .draft q').allTextContents(), worded.map((turn) => turn.worded.draft))
    assert.match(await page.locator('.inner .refused').first().textContent(), /not sent, guideline-violation:/)
    assert.match(await page.locator('.uses').innerText(), new RegExp(`simulated user.*\\s*${c.user_model.calls} calls`))
  })
})

test('the pass rate by fault leads to the conversations that met it, and the calls say which', () => open('#/', async (page) => {
  const faults = runJson(results).faults.filter((fault) => fault.tool === undefined)
  assert.ok(faults.length >= 2)
  const table = page.locator('.world-faults')
  assert.deepEqual(await table.locator('tbody th').allTextContents(), faults.map((fault) => fault.kind))
  assert.match(await table.locator('tr', { hasText: 'slow' }).innerText(), /points/)
  await table.getByRole('link', { name: 'slow' }).click()
  await page.waitForSelector('[data-line]')
  const met = all.filter((c) => c.turns.some((turn) => turn.tools.some((tool) => tool.fault === 'slow')))
  assert.equal(await page.locator('[data-line]').count(), met.length)
  await page.locator('[data-line]').first().click()
  await page.waitForSelector('.tool .tag.fault')
  await page.keyboard.press('t')
  assert.match(await page.locator('.tool.faulty').first().innerText(), /on purpose: the call was slow/)
}))

test('others in the same world are folded between the turns they came in, and everything they said is there', () => {
  const c = judged[0]
  return talk(c, async (page) => {
    assert.ok((await page.locator('.meanwhile').count()) > 0)
    assert.equal(await page.locator('.meanwhile .said').count(), 0, 'folded at first')
    await page.keyboard.press('o')
    const said = c.others.flatMap((other) => other.turns).map((turn) => turn.text || '(says nothing)')
    assert.deepEqual(await page.locator('.meanwhile .said').allTextContents(), said)
    assert.match(await page.locator('.meanwhile .who').first().innerText(), /Nora|Ben/)
    const order = await page.locator('.turns > li').evaluateAll((items) => items.map((item) => item.id || 'others'))
    assert.deepEqual(order.filter((id) => id !== 'others'), c.turns.map((turn) => `turn-${turn.n}`))
  })
})

test('what is left in the world stands beside what was expected', () => {
  const c = all.find((one) => one.checks.some((check) => check.name === 'world.queries' && !check.passed))
  assert.ok(c, 'the agent that looks too early sells the seat twice')
  return talk(c, async (page) => {
    const table = page.locator('.end-state')
    const bookings = Object.entries(c.world.changes.bookings)
    assert.equal(bookings.length, 2)
    for (const [id, booking] of bookings) {
      const text = await table.innerText()
      assert.ok(text.includes(`bookings/${id}`) && text.includes(JSON.stringify(booking.member)))
    }
    assert.match(await table.locator('.end-state-rest').innerText(), /expected at most 1 documents, found 2/)
  })
})

test('a judge that counts and gives no answer makes conversations invalid, and the overview says whose fault it is', async () => {
  const elsewhere = folder()
  try {
    const counting = await rehearse(elsewhere.path, {
      judge: 'criteria: [tone], gates: true', word: ({ move }) => `${move} pls`,
      rating: ({ turns }) => (/40718/.test(JSON.stringify(turns)) ? 'I would rather not.' : { tone: { level: 5, reason: 'Fine.' } }),
    })
    const faults = conversations(counting).filter((c) => c.fault === 'judge')
    assert.ok(faults.length > 0)
    const report = await openReport(browser, counting, { hash: '#/' })
    const section = report.page.locator('.judging')
    assert.match(await section.innerText(), /counts because the suite says so/)
    assert.match(await section.locator('.judge-faults').innerText(), new RegExp(`${faults.length} conversations? did not count`))
    await section.locator('.judge-faults a').click()
    await report.page.waitForSelector('[data-line]')
    assert.equal(await report.page.locator('[data-line]').count(), faults.length)
    await report.page.locator('[data-line]').first().click()
    await report.page.waitForSelector('.turn')
    assert.match(await report.page.locator('.reason').innerText(), /fault of the judge/)
    report.assertSilent()
    await report.close()
  } finally {
    elsewhere.remove()
  }
})

test('a text and a tool result of nearly a megabyte are folded, shown on demand, and stays text', async () => {
  const elsewhere = folder()
  const long = `${hostile} ${'never ending story '.repeat(40_000)}the end`
  try {
    cpSync(join(root, 'tests/e2e/suites/desk'), join(elsewhere.path, 'desk'), { recursive: true })
    const agent = await agentServer(() => ({ message: long.slice(0, 200_000), tools: [{ name: hostile, arguments: { [hostile]: hostile }, result: long }], ended: true }))
    try {
      await run(['run', 'desk', '-q', '--out', 'results', '--runs', '1', '--adversary', 'cooperative'], { cwd: elsewhere.path, env: { AGENT_URL: agent.url } })
    } finally {
      agent.close()
    }
    const written = join(elsewhere.path, 'results')
    const [c] = conversations(written).filter((one) => one.turns.some((turn) => turn.text.length > 20_000))
    assert.ok(c, 'such a reply is recorded')
    assert.ok(statSync(join(written, 'report.html')).size < 20_000_000)
    const report = await openReport(browser, written, { hash: `#/conversations/${c.id}` })
    const { page } = report
    await page.waitForSelector('.more-text')
    const turn = c.turns.find((one) => one.text.length > 20_000)
    assert.ok((await page.locator(`#turn-${turn.n} .said`).textContent()).length < 20_000)
    assert.ok(await page.locator('.turns-direction').first().isVisible())
    await page.locator(`#turn-${turn.n} .more-text`).first().click()
    assert.equal(await page.locator(`#turn-${turn.n} .said`).textContent(), turn.text)
    await page.keyboard.press('t')
    await page.locator(`#turn-${turn.n} .tool .more-text`).first().waitFor()
    assert.equal(await page.evaluate(() => window.owned), undefined)
    assert.equal(await page.evaluate(() => document.querySelectorAll('main img, main script').length), 0)
    report.assertSilent()
    await report.close()
  } finally {
    elsewhere.remove()
  }
})

test('a served run shows the same', async () => {
  const server = await serve(place.path, [], { AGENT_URL: 'http://127.0.0.1:1/chat' }) // the suite's files name it
  const page = await browser.newPage()
  try {
    const [{ id }] = (await (await fetch(`${server.url}api/runs`)).json()).runs
    await page.goto(`${server.url}#/run/${id}/`)
    await page.waitForSelector('.judging .levels')
    assert.match(await page.innerText('.judging'), /Advisory/)
    await page.goto(`${server.url}#/run/${id}/conversations/${soldOut().id}`)
    await page.waitForSelector('.opinion')
    assert.ok((await page.locator('.opinion .anchor').count()) > 0)
    assert.equal(await page.evaluate(() => window.owned), undefined)
  } finally {
    await page.close()
    await server.stop()
  }
})

for (const scheme of ['light', 'dark']) {
  for (const width of [1360, 390]) {
    test(`opinions, faults and others have no accessibility violation and no sideways scrolling, ${scheme}, ${width} wide`, () => open('#/', async (page) => {
      const found = []
      for (const [hash, ready] of [['#/', '.judging'], ['#/distributions', '.models'], [`#/conversations/${soldOut().id}`, '.opinions']]) {
        await page.evaluate((to) => { location.hash = to }, hash)
        await page.waitForSelector(ready)
        if (hash.includes('conversations')) {
          await page.keyboard.press('o')
          await page.keyboard.press('t')
        }
        const { violations } = await new AxeBuilder({ page }).analyze()
        found.push(...violations.map((v) => `${hash} ${v.id}: ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`))
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wider > 0) found.push(`${hash} is ${wider} px too wide`)
      }
      assert.deepEqual(found, [])
    }, { colorScheme: scheme, viewport: { width, height: 900 } }))
  }
}
