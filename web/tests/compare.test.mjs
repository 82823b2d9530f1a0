// A report that was written against another run: what changed, offline.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { conversations, folder, openReport, refundDesk, run } from './support.mjs'

let browser
let place
let results
let good
let bad
let changed // cells that passed before and fail now

before(async () => {
  place = folder()
  const few = ['--adversary', 'retry-pressure', '--adversary', 'cooperative', '--persona', 'sandra', '--persona', 'dario']
  results = await refundDesk(place.path, '', few)
  good = conversations(results)
  await run(['run', 'refund-desk', '-q', '--out', 'results', ...few], { cwd: place.path, env: { BUG: 'three-windows' } })
  bad = conversations(results)
  await run(['report', 'latest', '--against', 'latest~1', '--out', 'results'], { cwd: place.path })
  const before = new Map(good.map((c) => [c.id, c]))
  changed = bad.filter((c) => c.outcome === 'failed' && before.get(c.id).outcome === 'passed')
  assert.ok(changed.length > 1, 'the planted bug must change some cells')
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

const key = (c) => [c.cell.persona, c.cell.scenario, c.cell.edge_case || '-', c.cell.adversary].join('/')

test('the overview says what changed, and leads to it', () => open('#/', async (page) => {
  await page.waitForSelector('.changes')
  assert.ok((await page.innerText('.changes')).includes(`${changed.length} cells fail now`))
  await page.getByRole('link', { name: 'See what changed' }).click()
  await page.waitForSelector('.cell-line')
}))

test('every cell that fails now is listed, and can be chosen alone', () => open('#/compare', async (page) => {
  await page.waitForSelector('.cell-line')
  await page.getByLabel('Show').selectOption('failing')
  assert.equal(await page.evaluate(() => location.hash), '#/compare?changes=failing')
  assert.equal(await page.locator('.cell-line').count(), changed.length)
}))

test('both conversations stand side by side, aligned by turn, folded where they are the same', () => open(`#/compare?cell=${encodeURIComponent(key(changed[0]))}`, async (page) => {
  await page.waitForSelector('.pair-turn.before .said')
  await page.waitForSelector('.pair-turn.after .said')
  const fold = page.locator('.pair-fold')
  if ((await fold.count()) > 0) await fold.click()
  const was = good.find((c) => c.id === changed[0].id)
  const said = (side) => page.locator(`.pair-turn.${side} .said`).allTextContents()
  assert.deepEqual(await said('before'), was.turns.map((turn) => turn.text || '(says nothing)'))
  assert.deepEqual(await said('after'), changed[0].turns.map((turn) => turn.text || '(says nothing)'))
  const check = changed[0].checks.find((one) => !one.passed && one.turn > 0)
  assert.ok((await page.textContent('.pair-turn.after.failing')).includes(check.detail))
}))

test('changed cells are walked with the keyboard', () => open('#/', async (page) => {
  await page.keyboard.press('6')
  await page.waitForSelector('.cell-line')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.pair-head')
  const first = await page.evaluate(() => location.hash)
  await page.keyboard.press('j')
  assert.notEqual(await page.evaluate(() => location.hash), first)
  await page.keyboard.press('k')
  assert.equal(await page.evaluate(() => location.hash), first)
  await page.keyboard.press('u')
  await page.waitForSelector('.cell-line')
}))

test('search finds nothing of the other run', () => open('#/search?q=refund', async (page) => {
  await page.waitForFunction(() => !document.querySelector('progress'))
  const expected = bad.flatMap((c) => c.turns).filter((turn) => turn.text.toLowerCase().includes('refund')).length
  assert.match(await page.textContent('.lead'), new RegExp(`^${expected} turn`))
}))

test('a report without a comparison has no such view', async () => {
  await run(['report', 'latest', '--out', join(place.path, 'plain') + '/'], { cwd: place.path })
  const report = await openReport(browser, join(place.path, 'plain'))
  assert.equal(await report.page.getByRole('link', { name: 'Compare' }).count(), 0)
  await report.close()
})

for (const scheme of ['light', 'dark']) {
  for (const width of [1360, 390]) {
    test(`comparisons have no accessibility violation and no sideways scrolling, ${scheme}, ${width} wide`, () => open('#/compare', async (page) => {
      const found = []
      for (const [hash, ready] of [['#/compare', '.cell-line'], [`#/compare?cell=${encodeURIComponent(key(changed[0]))}`, '.pair-turn.after']]) {
        await page.evaluate((to) => { location.hash = to }, hash)
        await page.waitForSelector(ready)
        const { violations } = await new AxeBuilder({ page }).analyze()
        found.push(...violations.map((v) => `${hash} ${v.id}: ${v.nodes[0].html.slice(0, 160)}`))
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wider > 0) found.push(`${hash} is ${wider} px too wide`)
      }
      assert.deepEqual(found, [])
    }, { colorScheme: scheme, viewport: { width, height: 844 } }))
  }
}
