// What agents say is hostile: none of it may become markup, a link, a script or a request.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { conversations, folder, openReport, serve, talkTo } from './support.mjs'

const payloads = [
  '</script><script>window.owned=1</script>',
  '<img src=x onerror="window.owned=1">',
  '<svg onload="window.owned=1"></svg><iframe src="javascript:window.top.owned=1"></iframe>',
  '[click](javascript:window.owned=1) https://example.invalid/track?x=1 <a href="https://example.invalid">go</a>',
  '<!--sosia:transcripts--> <!--sosia:index--> ]]> {{constructor.constructor("window.owned=1")()}}',
  '<style>*{display:none}</style><base href="https://example.invalid/"><meta http-equiv="refresh" content="0;url=https://example.invalid">',
  '\u202edrow terces\u202c \u0000 \u2028 \ud83d\ude00 "quotes" \\u003cscript\\u003e',
]

let browser
let place
let results
let all

before(async () => {
  place = folder()
  results = await talkTo(place.path, ({ turn }) => ({
    message: payloads[turn % payloads.length] + ` ${turn}`,
    tools: [{ name: payloads[1], arguments: { [payloads[0]]: payloads[2] }, result: payloads[5] }],
    metadata: { [payloads[0]]: payloads[1] },
  }))
  all = conversations(results)
  browser = await chromium.launch(options)
})
after(async () => {
  await browser?.close()
  place?.remove()
})

test('payloads of an agent are shown as text and do nothing, in every view', async () => {
  const report = await openReport(browser, results)
  const { page } = report
  const markupOfOurs = async () => page.evaluate(() => ({
    owned: window.owned, scripts: [...document.scripts].filter((s) => s.type === '').length,
    foreign: document.querySelectorAll('main img, main iframe, main style, main base, main meta, main script, main svg[onload]').length,
    away: [...document.querySelectorAll('a[href]')].filter((a) => !a.getAttribute('href').startsWith('#')).map((a) => a.outerHTML),
  }))
  const expected = { owned: undefined, scripts: 1, foreign: 0, away: [] }
  const views = { '#/': '.overview', '#/failures': '.group', '#/conversations': '[data-line]', '#/matrix': '.heatmap', '#/distributions': '.chart',
                  '#/search?q=%3Cscript%3E': '.hits [data-line]', '#/search?q=%3Cimg': '.hits [data-line]' }
  for (const [hash, ready] of Object.entries(views)) {
    await page.evaluate((to) => { location.hash = to }, hash)
    await page.waitForSelector(ready)
    assert.deepEqual(await markupOfOurs(), expected, hash)
  }
  const shown = new Set()
  for (const c of all.slice(0, 12)) {
    await page.evaluate((to) => { location.hash = to }, `#/conversations/${c.id}`)
    await page.waitForFunction((id) => document.querySelector('.crumbs code')?.textContent === id && document.querySelector('.turn'), c.id)
    await page.keyboard.press('t')
    assert.deepEqual(await markupOfOurs(), expected, c.id)
    for (const text of await page.locator('.said').allTextContents()) shown.add(text)
    await page.keyboard.press('t')
  }
  for (const turn of all.slice(0, 12).flatMap((c) => c.turns)) {
    if (turn.text !== '') assert.ok(shown.has(turn.text), turn.text)
  }
  report.assertSilent()
  await report.close()
})

test('the policy of the page refuses scripts and requests that are not its own', async () => {
  const report = await openReport(browser, results)
  const { page } = report
  const refused = await page.evaluate(async () => {
    const violations = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.owned = 1'
    document.body.append(script)
    document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x.png"><p style="color:red" onclick="window.owned=1">x</p>')
    await fetch('https://example.invalid/').catch(() => {})
    while (new Set(violations).size < 4) await new Promise((done) => requestAnimationFrame(done))
    return { violations: [...new Set(violations)].sort(), owned: window.owned }
  })
  assert.equal(refused.owned, undefined)
  for (const directive of ['connect-src', 'img-src', 'script-src-elem', 'style-src-attr']) assert.ok(refused.violations.includes(directive), directive)
  await report.close()
})

test('served payloads are text as well, and the page asks nobody but its server', async () => {
  const server = await serve(place.path)
  const page = await browser.newPage()
  try {
    const troubles = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('request', (request) => request.url().startsWith(server.url) || request.url().startsWith('data:') || troubles.push(request.url()))
    const [{ id }] = (await (await fetch(`${server.url}api/runs`)).json()).runs
    const views = { '': '.verdict', failures: '.group', conversations: '[data-line]', 'search?q=%3Cimg': '.hits [data-line]', [`conversations/${all[0].id}`]: '.turn' }
    for (const [path, ready] of Object.entries(views)) {
      await page.goto(`${server.url}#/run/${id}/${path}`)
      await page.waitForSelector(ready)
      const found = await page.evaluate(() => ({ owned: window.owned, foreign: document.querySelectorAll('main img, main iframe, main style, main base, main meta, main script').length }))
      assert.deepEqual(found, { owned: undefined, foreign: 0 }, path)
    }
    assert.deepEqual(await page.locator('.said').allTextContents(), all[0].turns.map((turn) => turn.text || '(says nothing)'))
    assert.deepEqual(troubles, [])
    const refused = await page.evaluate(async () => {
      const violations = []
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.owned = 1'
      document.body.append(script)
      await fetch('https://example.invalid/').catch(() => {})
      while (new Set(violations).size < 2) await new Promise((done) => requestAnimationFrame(done))
      return { violations: [...new Set(violations)].sort(), owned: window.owned }
    })
    assert.deepEqual(refused, { violations: ['connect-src', 'script-src-elem'], owned: undefined })
  } finally {
    await page.close()
    await server.stop()
  }
})
