// How fast a report is in a browser: node web/scripts/measure.mjs report.html. Prints milliseconds, and frames a second while scrolling.
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { options } from '../tests/browser.mjs'

const file = `file://${resolve(process.argv[2] ?? 'report.html')}`
const browser = await chromium.launch(options)
const page = await (await browser.newContext({ viewport: { width: 1360, height: 900 }, offline: true })).newPage()
const timed = async (what, act) => {
  const start = performance.now()
  await act()
  console.log(`${what.padEnd(34)} ${Math.round(performance.now() - start)} ms`)
}
const key = (name, ready) => async () => {
  await page.keyboard.press(name)
  await page.waitForSelector(ready)
}

for (let i = 0; i < 3; i++) {
  await page.goto('about:blank')
  await timed('opened, overview on the screen', async () => {
    await page.goto(file, { waitUntil: 'commit' })
    await page.waitForSelector('h1')
  })
}
const mark = await page.evaluate(() => performance.getEntriesByName('sosia-interactive')[0]?.startTime)
console.log(`${"interactive, by the page's own mark".padEnd(34)} ${Math.round(mark)} ms`)
await page.waitForLoadState('load')
await timed('matrix', key('2', '.heatmap'))
await timed('failures', key('3', '.groups'))
await timed('conversations', key('4', '[data-line]'))
const frames = await page.evaluate(() => new Promise((done) => {
  const start = performance.now()
  let n = 0
  const step = (now) => {
    n++
    window.scrollBy(0, 120)
    if (now - start < 3000) requestAnimationFrame(step)
    else done((1000 * n) / (now - start))
  }
  requestAnimationFrame(step)
}))
console.log(`${'scrolling the list'.padEnd(34)} ${frames.toFixed(0)} frames a second`)
await timed('a conversation', async () => {
  await page.locator('[data-line]').first().click()
  await page.waitForSelector('.turn, .empty')
})
await timed('distributions', key('5', '.charts'))
await timed('search for "refund window"', async () => {
  await page.goto(`${file}#/search?q=refund window`)
  await page.waitForSelector('.hits')
  await page.waitForFunction(() => !document.querySelector('progress'), null, { timeout: 120_000 })
})
await browser.close()
