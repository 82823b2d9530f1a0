// A thousand conversations of a real run in every view, served and as a file. With a store of one's own, its newest run:
//   LARGE_STORE=/path/runs.db SOSIA_BIN=... node --test web/tests/large.test.mjs
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { folder, openReport, refundDesk, run, sosia } from './support.mjs'

let browser
let place
let store
let server
let url
let newest

before(async () => {
  place = folder()
  store = process.env.LARGE_STORE
  if (!store) {
    await refundDesk(place.path, 'three-windows', ['--cover', 'full', '--sample', '1000'])
    store = join(place.path, 'runs.db')
  }
  const child = spawn(sosia, ['serve', '--port', '0', '--store', store], { cwd: dirname(store) })
  server = child
  url = await new Promise((done) => child.stdout.once('data', (data) => done(String(data).trim())))
  newest = (await (await fetch(`${url}api/runs`)).json()).runs[0]
  browser = await chromium.launch(options)
})
after(async () => {
  await browser?.close()
  server?.kill('SIGTERM')
  place?.remove()
})

const views = [['1', '.verdict'], ['2', '.heatmap'], ['3', '.group'], ['4', '[data-line]'], ['5', '.chart']]

async function walk(page) {
  for (const [key, ready] of views) {
    await page.keyboard.press(key)
    await page.waitForSelector(ready)
  }
  await page.keyboard.press('4')
  await page.waitForSelector('[data-line]')
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  await page.waitForFunction((n) => [...document.querySelectorAll('[aria-posinset]')].some((line) => Number(line.getAttribute('aria-posinset')) === n), newest.done)
}

test('a served run shows every conversation in every view', async () => {
  const page = await browser.newPage()
  const start = performance.now()
  await page.goto(`${url}#/run/${newest.id}/`)
  await page.waitForSelector('.verdict')
  const took = performance.now() - start
  console.log(`${newest.done} conversations: opened after ${Math.round(took)} ms`)
  await page.waitForFunction(() => !document.querySelector('.reading'), null, { timeout: 300_000 })
  console.log(`transcripts read after ${Math.round(performance.now() - start)} ms`)
  await walk(page)
  await page.close()
})

test('its report shows every conversation within its size', async () => {
  await run(['report', newest.id, '--store', store, '--out', join(place.path, 'report.html')], { cwd: place.path })
  const report = await openReport(browser, place.path)
  assert.ok(await report.page.evaluate(() => performance.getEntriesByName('sosia-interactive')[0].startTime) > 0)
  await walk(report.page)
  report.assertSilent()
  await report.close()
})
