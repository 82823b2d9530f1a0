// The report of a real run with a planted bug, in a real browser, from disk, without a network.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { conversations, folder, openReport, personaNames, refundDesk, runJson } from './support.mjs'

let browser
let place
let results
let all
let failed
let names
const views = ['#/', '#/matrix', '#/matrix?facet=adversary.family&columns=persona.style', '#/failures', '#/conversations', '#/distributions', '#/search?q=days']

before(async () => {
  place = folder()
  results = await refundDesk(place.path, 'three-windows', ['--adversary', 'retry-pressure', '--adversary', 'skeptic', '--adversary', 'cooperative'])
  all = conversations(results)
  failed = all.filter((c) => c.outcome === 'failed')
  names = personaNames(place.path)
  assert.ok(failed.length > 3, 'the planted bug must fail some conversations')
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
    report.assertSilent()
  } finally {
    await report.close()
  }
}

test('the overview says the verdict, the rate with its interval and three things to look at', () => open('#/', async (page) => {
  const run = runJson(results)
  assert.equal(await page.textContent('h1'), { failed: 'Not ready', passed: 'Passed', undecided: 'Undecided', 'not valid': 'Not a valid run' }[run.gate.verdict])
  const text = await page.innerText('main')
  assert.ok(text.includes(`${run.counts.failed} failed`.replace(' ', ' ')))
  assert.ok(text.includes(`${(run.pass_rate.low * 100).toFixed(1)} to ${(run.pass_rate.high * 100).toFixed(1)} %`))
  assert.equal(await page.locator('.pointers li').count(), 3)
  assert.ok((await page.textContent('.pointers li:first-child h3')).includes(run.findings[0].check))
}))

test('matrix cells count what conversations.jsonl counts, and lead to those conversations', () => open('#/matrix', async (page) => {
  const { persona, scenario } = failed[0].cell
  const here = all.filter((c) => c.cell.persona === persona && c.cell.scenario === scenario)
  const passed = here.filter((c) => c.outcome === 'passed').length
  const cell = page.getByRole('link', { name: `${names.get(persona)} × ${scenario}, ${passed} of ${here.length} passed`, exact: false })
  await cell.hover()
  assert.match(await page.textContent('.tip'), /95 % interval/)
  await cell.click()
  await page.waitForSelector('[data-line]')
  assert.equal(await page.locator('[data-line]').count(), here.length)
}))

test('failures are grouped by the check that explains them, worst first, with a quoted line', () => open('#/failures', async (page) => {
  const expected = runJson(results).findings.map((finding) => [finding.check, String(finding.conversations)])
  const shown = await page.locator('.group').evaluateAll((groups) => groups.map((g) => [g.querySelector('h2 a').textContent, g.querySelector('strong').textContent]))
  assert.deepEqual(shown, expected)
  assert.notEqual((await page.textContent('.group blockquote')).trim(), '')
}))

test('a conversation shows every turn, its verdicts beside the turn, tools folded, and the inner side that can be hidden', () =>
  open(`#/conversations/${failed[0].id}`, async (page) => {
    const c = failed[0]
    await page.waitForSelector('.turn')
    assert.deepEqual(await page.locator('.said').allTextContents(), c.turns.map((turn) => turn.text || '(says nothing)'))
    const bad = c.checks.find((check) => !check.passed && check.turn > 0)
    assert.ok((await page.textContent(`#turn-${bad.turn} .verdicts`)).includes(bad.detail))
    const tool = c.turns.flatMap((turn) => turn.tools)[0]
    assert.equal(await page.locator('.tool pre').first().isVisible(), false)
    await page.locator('.tool summary').first().click()
    assert.ok((await page.locator('.tool pre').first().innerText()).includes(Object.values(tool.arguments)[0]))
    assert.equal(await page.locator('.inner').count(), c.turns.filter((turn) => turn.mind).length)
    await page.keyboard.press('i')
    assert.equal(await page.locator('.inner').count(), 0)
    assert.ok((await page.textContent('.commands')).includes(`sosia replay ${c.id}`))
  }))

test('a link to a turn opens there', () => open(`#/conversations/${failed[0].id}?turn=${failed[0].turns.length}`, async (page) => {
  await page.waitForSelector('.turn.here')
  await page.waitForFunction(() => {
    const place = document.querySelector('.turn.here').getBoundingClientRect()
    return place.top >= 0 && place.bottom <= window.innerHeight
  })
}))

test('copy as Markdown gives the transcript with its verdict', () => open(`#/conversations/${failed[0].id}`, async (page) => {
  await page.waitForSelector('.turn')
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { window.copied = text; return Promise.resolve() } } })
  })
  await page.keyboard.press('c')
  const text = await page.evaluate(() => window.copied)
  assert.ok(text.includes(`sosia replay ${failed[0].id}`))
  assert.ok(text.includes('✗ **'))
  assert.equal(text.match(/^\*\*\d+ (user|agent)\*\*$/gm).length, failed[0].turns.length)
}))

test('the whole report can be walked with the keyboard', () => open('#/', async (page) => {
  const at = () => page.evaluate(() => location.hash)
  for (const [key, hash] of [['2', '#/matrix'], ['3', '#/failures'], ['4', '#/conversations'], ['5', '#/distributions'], ['1', '#/']]) {
    await page.keyboard.press(key)
    assert.equal(await at(), hash)
  }
  await page.keyboard.press('3')
  await page.waitForSelector('[data-failure]')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.turn')
  const first = await at()
  await page.keyboard.press('j')
  assert.notEqual(await at(), first)
  await page.keyboard.press('k')
  assert.equal((await at()).split('?')[0], first.split('?')[0])
  await page.keyboard.press('?')
  assert.ok(await page.getByRole('dialog').isVisible())
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('refund')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.hits [data-line]')
}))

test('next and previous failure visit every failure in plan order', () => open(`#/conversations/${failed[0].id}`, async (page) => {
  const seen = [failed[0].id]
  for (let i = 1; i < failed.length; i++) {
    await page.keyboard.press('ArrowRight')
    seen.push(/conversations\/(\w+)/.exec(await page.evaluate(() => location.hash))[1])
  }
  assert.deepEqual(seen, failed.map((c) => c.id))
  await page.keyboard.press('ArrowRight')
  assert.ok((await page.evaluate(() => location.hash)).includes(failed.at(-1).id))
}))

test('filters live in the address and hold across views', () => open(`#/conversations?scenario=${failed[0].cell.scenario}&outcome=failed`, async (page) => {
  await page.waitForSelector('[data-line]')
  const expected = failed.filter((c) => c.cell.scenario === failed[0].cell.scenario).length
  assert.equal(await page.locator('[data-line]').count(), expected)
  assert.match(await page.textContent('.matches'), new RegExp(`^${expected} of ${all.length}`))
  await page.getByLabel('Outcome').selectOption('')
  assert.equal(await page.evaluate(() => location.hash), `#/conversations?scenario=${failed[0].cell.scenario}`)
  await page.getByRole('link', { name: 'Matrix' }).click()
  assert.equal(await page.evaluate(() => location.hash), `#/matrix?scenario=${failed[0].cell.scenario}`)
}))

test('search finds every turn that says it, whatever its case', () => open('#/search?q=DAYS OF DELIVERY', async (page) => {
  const expected = all.flatMap((c) => c.turns).filter((turn) => turn.text.toLowerCase().includes('days of delivery')).length
  await page.waitForFunction(() => !document.querySelector('progress'))
  assert.match(await page.textContent('.lead'), new RegExp(`^${expected.toLocaleString('en-US')} turn`))
}))

test('a damaged link says so instead of failing', () => open('#/conversations/ffffffffffff', async (page) => {
  assert.ok((await page.textContent('main')).includes('There is no conversation'))
}))

for (const scheme of ['light', 'dark']) {
  for (const [width, height] of [[1360, 900], [390, 844]]) {
    test(`no accessibility violation and no sideways scrolling, ${scheme}, ${width} wide`, () => open('#/', async (page) => {
      const found = []
      for (const hash of [...views, `#/conversations/${failed[0].id}`]) {
        await page.evaluate((to) => { location.hash = to }, hash)
        await page.waitForSelector(hash.includes('conversations/') ? '.turn' : 'h1')
        await page.waitForFunction(() => !document.querySelector('progress'))
        const { violations } = await new AxeBuilder({ page }).analyze()
        found.push(...violations.map((v) => `${hash} ${v.id}: ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`))
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wider > 0) found.push(`${hash} is ${wider} px too wide`)
      }
      assert.deepEqual(found, [])
    }, { colorScheme: scheme, viewport: { width, height } }))
  }
}
