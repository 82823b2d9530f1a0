// How fast a report or a served run is in a browser: node web/scripts/measure.mjs FILE|URL [OUT.json]. Prints the median of several with
// its spread, in milliseconds; while scrolling, frames a second and what Chromium's own trace says the main thread did.
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { options } from '../tests/browser.mjs'

const [what = 'report.html', out] = process.argv.slice(2)
const served = what.startsWith('http')
const url = served ? what : `file://${resolve(what)}`
const times = 5
const found = {}
const browser = await chromium.launch(options)

const say = (name, values, unit, digits = 0) => {
  const sorted = [...values].sort((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  found[name] = { median, least: sorted[0], most: sorted.at(-1), unit }
  console.log(`${name.padEnd(44)} ${median.toFixed(digits)} ${unit}  (${sorted[0].toFixed(digits)} .. ${sorted.at(-1).toFixed(digits)}, n=${sorted.length})`)
}
const opened = async () => {
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 900 }, offline: !served })).newPage()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busy = async () => 1000 * (await session.send('Performance.getMetrics')).metrics.find((one) => one.name === 'TaskDuration').value
  const start = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForSelector('h1')
  const shown = performance.now() - start
  // Able to react: a key is pressed and answered with a new view.
  await page.keyboard.press('4')
  await page.waitForSelector('[data-line]')
  return { page, shown, reacted: performance.now() - start, busy: await busy() }
}
const timed = async (act) => {
  const start = performance.now()
  await act()
  return performance.now() - start
}

/** Scrolls for two seconds, 120 pixels a frame: frames a second, and the longest of them. */
const scroll = (page) => page.evaluate(() => new Promise((done) => {
  const gaps = []
  let last = performance.now()
  const start = last
  const step = (now) => {
    gaps.push(now - last)
    last = now
    window.scrollBy(0, 120)
    if (now - start < 2000) requestAnimationFrame(step)
    else done({ rate: (1000 * (gaps.length - 1)) / (now - start), longest: Math.max(...gaps.slice(2)) })
  }
  requestAnimationFrame(step)
}))

/** The same with a trace: milliseconds of CPU a frame, by kind, whatever else the machine does. */
async function traced(page) {
  const session = await page.context().newCDPSession(page)
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline', 'cc', 'disabled-by-default-devtools.timeline'] } })
  await scroll(page)
  const complete = new Promise((done) => session.once('Tracing.tracingComplete', done))
  await session.send('Tracing.end')
  await complete
  const kinds = { frame: ['ProxyMain::BeginMainFrame'], script: ['FunctionCall', 'FireAnimationFrame', 'EvaluateScript'], style: ['UpdateLayoutTree'], layout: ['Layout'], 'pre-paint': ['PrePaint'], paint: ['Paint'], layers: ['Layerize', 'UpdateLayer', 'Commit'], raster: ['RasterTask'] }
  const frames = Math.max(1, events.filter((event) => event.name === 'FireAnimationFrame').length)
  const of = (names) => events.filter((event) => event.ph === 'X' && names.includes(event.name)).reduce((sum, event) => sum + (event.tdur ?? event.dur ?? 0), 0) / 1000 / frames
  return Object.fromEntries(Object.entries(kinds).map(([kind, names]) => [kind, of(kind === 'script' ? ['FireAnimationFrame', 'EventDispatch'] : names)]))
}

console.log(`load ${loadavg()[0].toFixed(1)}`)
const starts = []
for (let i = 0; i < times; i++) {
  const one = await opened()
  starts.push(one)
  if (i < times - 1) await one.page.context().close()
}
say('overview on the screen', starts.map((one) => one.shown), 'ms')
say('reacted to a key, the list shown', starts.map((one) => one.reacted), 'ms')
// Other programs do not count in this one: what is left when the machine has nothing else to do.
say('main thread busy until then', starts.map((one) => one.busy), 'ms of CPU')
const { page } = starts.at(-1)
await page.waitForLoadState('load')
await page.waitForFunction(() => !document.querySelector('.reading'), null, { timeout: 300_000 })
const views = { matrix: ['2', '.heatmap'], failures: ['3', '.groups'], distributions: ['5', '.charts'], conversations: ['4', '[data-line]'] }
for (const [name, [key, ready]] of Object.entries(views)) {
  const all = []
  for (let i = 0; i < times; i++) {
    await page.keyboard.press('1')
    await page.waitForSelector('.verdict')
    all.push(await timed(async () => {
      await page.keyboard.press(key)
      await page.waitForSelector(ready)
    }))
  }
  say(name, all, 'ms')
}
const rates = []
const longest = []
for (let i = 0; i < times; i++) {
  await page.evaluate(() => window.scrollTo(0, 0))
  const { rate, longest: gap } = await scroll(page)
  rates.push(rate)
  longest.push(gap)
}
say('scrolling the list', rates, 'frames a second', 1)
say('longest frame while scrolling', longest, 'ms', 1)
await page.evaluate(() => window.scrollTo(0, 0))
const parts = await traced(page)
found.frame = parts
console.log(`CPU a frame, ms: ${Object.entries(parts).map(([kind, ms]) => `${kind} ${ms.toFixed(2)}`).join(', ')}`)
const talks = []
for (let i = 0; i < times; i++) {
  await page.evaluate(() => window.scrollTo(0, 0))
  talks.push(await timed(async () => {
    await page.locator('[data-line]').nth(i).click()
    await page.waitForSelector('.turn, .empty')
  }))
  await page.keyboard.press('u')
  await page.waitForSelector('[data-line]')
}
say('a conversation', talks, 'ms')
say('search for "refund window"', [await timed(async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('refund window')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.hits [data-line]')
  await page.waitForFunction(() => !document.querySelector('progress'), null, { timeout: 300_000 })
})], 'ms')
await browser.close()
if (out) writeFileSync(out, JSON.stringify({ load: loadavg(), found }, null, 1))
