// `sosia serve` in a real browser: the list of runs, a run that grows while it goes on, and who may not ask.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { conversations, folder, refundDesk, sosia, talkTo } from './support.mjs'

let browser
let place
let results
let server
let url

function serve(cwd, args = []) {
  const child = spawn(sosia, ['serve', '--port', '0', ...args], { cwd, env: { ...process.env, SOSIA_STORE: `${cwd}/runs.db` } })
  return new Promise((done, failed) => {
    let said = ''
    child.stderr.on('data', (data) => (said += data))
    child.stdout.once('data', (data) => done({ child, url: String(data).trim() }))
    child.once('close', () => failed(new Error(said)))
  })
}

function status(path, headers) {
  const { hostname, port } = new URL(url)
  return new Promise((done, failed) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume()
      done(response.statusCode)
    }).on('error', failed).end()
  })
}

before(async () => {
  place = folder()
  results = await refundDesk(place.path, 'three-windows', ['--adversary', 'retry-pressure', '--persona', 'sandra'])
  const started = await serve(place.path)
  server = started.child
  url = started.url
  browser = await chromium.launch(options)
})
after(async () => {
  await browser?.close()
  server?.kill('SIGTERM')
  place?.remove()
})

test('the list leads to a run, and the run to its conversations', async () => {
  const page = await browser.newPage()
  const troubles = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  await page.goto(url)
  await page.waitForSelector('.run-line')
  assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((v) => v.id), [])
  await page.click('.run-line')
  await page.waitForSelector('.verdict')
  const failed = conversations(results).find((c) => c.outcome === 'failed')
  await page.keyboard.press('3')
  await page.click('[data-failure]')
  await page.waitForSelector('.turn')
  assert.ok(failed)
  await page.keyboard.press('/')
  await page.keyboard.type('refund window')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.hits [data-line]')
  await page.click('.all-runs')
  await page.waitForSelector('.run-line')
  assert.deepEqual(troubles, [])
  await page.close()
})

test('a run appears and grows while it goes on', async () => {
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForSelector('.run-line')
  const before = await page.locator('.run-line').count()
  let release
  const held = new Promise((done) => (release = done))
  const run = talkTo(place.path, async ({ turn }) => {
    if (turn > 4) await held
    return { message: `All right. (${turn})`, ended: turn > 6 }
  }, ['--runs', '1', '--adversary', 'cooperative'])
  await page.waitForFunction((n) => document.querySelectorAll('.run-line').length === n + 1, before)
  await page.waitForSelector('.run-line .tag')
  assert.equal(await page.locator('.run-line .tag').first().textContent(), 'running')
  release()
  await run
  await page.waitForFunction(() => document.querySelector('.run-line .badge') && !document.querySelector('.run-progress'))
  await page.close()
})

test('strange names, other origins, writing and other paths are refused', async () => {
  const host = new URL(url).host
  assert.equal(await status('/api/runs', {}), 200)
  assert.equal(await status('/api/runs', { Host: 'evil.example' }), 403)
  assert.equal(await status('/', { Host: `evil.example:${host.split(':')[1]}` }), 403)
  assert.equal(await status('/api/runs', { Origin: 'http://evil.example' }), 403)
  assert.equal(await status('/../runs.db', {}), 404)
})

test('any address but loopback asks for the token in the printed link', async () => {
  const open = await serve(place.path, ['--address', '0.0.0.0'])
  try {
    const { port, search } = new URL(open.url)
    const page = await browser.newPage()
    const answer = await page.goto(`http://127.0.0.1:${port}/api/runs`)
    assert.equal(answer.status(), 401)
    await page.goto(`http://127.0.0.1:${port}/${search}`)
    await page.waitForSelector('.run-line')
    assert.equal(page.url(), `http://127.0.0.1:${port}/`)
    await page.close()
  } finally {
    open.child.kill('SIGTERM')
  }
})
