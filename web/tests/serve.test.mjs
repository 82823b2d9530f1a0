// `sosia serve` in a real browser: the list of runs, a run that grows while it goes on, starting and stopping, comparing, and who may not ask.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { options } from './browser.mjs'
import { agentServer, conversations, folder, refundDesk, run, serve, sosia, talkTo, whenRuns } from './support.mjs'

let browser
let place
let results
let failed // conversations of the first run
let server
let agent // of the suite that the server may start
let hold // conversations wait here while it is set

before(async () => {
  place = folder()
  results = await refundDesk(place.path, 'three-windows', ['--adversary', 'retry-pressure', '--persona', 'sandra'])
  failed = conversations(results).filter((c) => c.outcome === 'failed')
  agent = await agentServer(async ({ turn }) => {
    if (turn > 2 && hold) await hold
    return { message: `All right. (${turn})`, ended: turn > 5 }
  })
  await talkTo(place.path, ({ turn }) => ({ message: `Fine. (${turn})`, ended: turn > 3 }), ['--runs', '1'])
  server = await serve(place.path, [join(place.path, 'desk')], { AGENT_URL: agent.url })
  browser = await chromium.launch(options)
})
after(async () => {
  await browser?.close()
  await server?.stop()
  agent?.close()
  place?.remove()
})

async function withPage(url, body, context = {}) {
  const opened = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...context })
  const page = await opened.newPage()
  const troubles = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  page.on('request', (asked) => {
    if (!asked.url().startsWith(server.url) && !asked.url().startsWith('data:')) troubles.push(`asks for ${asked.url()}`)
  })
  await page.goto(url)
  try {
    await body(page)
    assert.deepEqual(troubles, [])
  } finally {
    await opened.close()
  }
}

function status(path, headers, method = 'GET', base = server.url) {
  const { hostname, port } = new URL(base)
  return new Promise((done, failed) => {
    request({ hostname, port, path, headers, method }, (response) => {
      response.resume()
      done(response.statusCode)
    }).on('error', failed).end()
  })
}

const runs = async () => (await (await fetch(`${server.url}api/runs`)).json()).runs
// The finished run that `known` does not have, as soon as the server's events tell of it.
const newRun = (known) => whenRuns(server.url, (all) => all.find((one) => one.state === 'finished' && !known.some(({ id }) => id === one.id)))

test('the list leads to a run, and the run to its conversations', () => withPage(server.url, async (page) => {
  await page.waitForSelector('.run-line')
  await page.locator('.run-line', { hasText: 'refund-desk' }).click()
  await page.waitForSelector('.verdict')
  assert.ok(failed.length > 0)
  await page.keyboard.press('3')
  await page.click('[data-failure]')
  await page.waitForSelector('.turn')
  const shown = await page.textContent('.crumbs code')
  const c = failed.find((one) => one.id === shown)
  assert.deepEqual(await page.locator('.said').allTextContents(), c.turns.map((turn) => turn.text || '(says nothing)'))
  await page.keyboard.press('/')
  await page.keyboard.type('refund window')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.hits [data-line]')
  await page.click('.all-runs')
  await page.waitForSelector('.run-line')
}))

test('every view of a served run opens by its address', async () => {
  const [desk] = (await runs()).filter((one) => one.suite === 'refund-desk')
  for (const [path, ready] of [['', '.verdict'], ['matrix', '.heatmap'], ['failures', '.group'], ['conversations?outcome=failed', '[data-line]'],
                               ['distributions', '.chart'], ['search?q=refund', '.hits [data-line]'], ['compare', '.empty']]) {
    await withPage(`${server.url}#/run/${desk.id}/${path}`, (page) => page.waitForSelector(ready))
  }
  await withPage(`${server.url}#/run/nothing/`, async (page) => {
    assert.match(await page.textContent('.broken[role=alert]'), /no run/)
  }).catch((error) => assert.match(error.message, /404/)) // the browser logs the status
})

test('what is looked for in the list stands in the address', () => withPage(`${server.url}#/?q=refund`, async (page) => {
  await page.waitForSelector('.run-line')
  assert.equal(await page.locator('.run-line').count(), 1)
  await page.keyboard.press('/')
  await page.keyboard.type('zzz')
  await page.waitForFunction(() => document.querySelectorAll('.run-line').length === 0)
  assert.match(await page.evaluate(() => location.hash), /q=refundzzz|q=zzzrefund/)
  await page.getByLabel('Name or id').fill('')
  await page.getByLabel('State').selectOption('failed')
  await page.waitForFunction(() => location.hash === '#/?state=failed')
}))

test('a run is started, grows while it goes on, is stopped, and goes on', () => withPage(server.url, async (page) => {
  await page.waitForSelector('.run-line')
  const n = await page.locator('.run-line').count()
  let release
  hold = new Promise((done) => (release = done))
  await page.getByRole('button', { name: 'Run desk' }).click()
  await page.waitForFunction((before) => document.querySelectorAll('.run-line').length === before + 1, n)
  const first = page.locator('.run-place').first()
  await first.locator('.badge.running').waitFor()
  const id = await first.locator('code').textContent()
  await page.locator('.run-line').first().click()
  await page.waitForSelector('.live progress')
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Stop now' }).waitFor()
  release()
  hold = undefined
  await page.waitForFunction(() => !document.querySelector('.live'))
  assert.equal((await runs()).find((one) => one.id === id).state, 'interrupted')
  await page.click('.all-runs')
  await page.getByRole('button', { name: `Go on: desk ${id}` }).click()
  await page.waitForFunction((run) => /^Run again$/.test([...document.querySelectorAll('.run-place')].find((place) => place.textContent.includes(run))?.querySelector('.run-actions')?.textContent), id)
  const done = (await runs()).find((one) => one.id === id)
  assert.equal(done.state, 'finished')
  assert.equal(done.done, done.planned)
  await page.getByRole('button', { name: `Run again: desk ${id}` }).click()
  await page.waitForFunction((before) => document.querySelectorAll('.run-line').length === before + 2, n)
  await page.waitForFunction(() => !document.querySelector('.badge.running'))
}))

test('an open run counts what another process finishes meanwhile', async () => {
  let release
  const held = new Promise((done) => (release = done))
  const going = talkTo(place.path, async ({ turn, conversation }) => {
    if (turn > 4 && /[0-7]$/.test(conversation)) await held
    return { message: `All right. (${turn})`, ended: turn > 6 }
  }, ['--runs', '2'])
  const { id } = await whenRuns(server.url, (all) => all.find((one) => one.state === 'running' && one.done > 0))
  await withPage(`${server.url}#/run/${id}/conversations`, async (page) => {
    await page.waitForSelector('.live')
    await page.waitForSelector('[data-line]')
    const before = Number(/\d+/.exec(await page.textContent('.matches'))[0])
    release()
    await going
    await page.waitForFunction((n) => Number(/\d+/.exec(document.querySelector('.matches').textContent)[0]) > n, before)
    await page.waitForFunction(() => !document.querySelector('.live'))
  })
})

test('two runs are compared: cells that changed, both conversations side by side', async () => {
  const known = await runs()
  const desk = known.filter((one) => one.suite === 'desk' && one.state === 'finished')
  await talkTo(place.path, ({ turn }) => ({ message: turn === 1 ? 'What do you want?' : 'That is your problem.', ended: false }), ['--runs', '1'])
  const latest = await newRun(known)
  assert.ok(desk.length > 0)
  await withPage(`${server.url}#/run/${latest.id}/compare?with=${desk.at(-1).id}`, async (page) => {
    await page.waitForSelector('.verdict-title')
    const lines = page.locator('.cell-line')
    assert.ok((await lines.count()) > 0)
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id} ${v.nodes[0].html}`), [])
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.pair-turn.after')
    await page.waitForSelector('.pair-turn.before .said')
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id} ${v.nodes[0].html}`), [])
    const heading = await page.textContent('h1')
    await page.keyboard.press('j')
    await page.waitForFunction((words) => document.querySelector('h1').textContent !== words, heading)
    await page.keyboard.press('u')
    await page.waitForSelector('.cell-line')
  })
})

test('a baseline is compared with unasked', async () => {
  await run(['baseline', 'set', 'main'], { cwd: place.path })
  const known = await runs()
  await talkTo(place.path, ({ turn }) => ({ message: `Fine. (${turn})`, ended: turn > 3 }), ['--runs', '1'])
  const latest = await newRun(known)
  await withPage(`${server.url}#/run/${latest.id}/`, async (page) => {
    await page.waitForSelector('.changes h2')
    assert.match(await page.textContent('.changes h2'), /baseline main/)
    await page.getByRole('link', { name: 'See what changed' }).click()
    await page.waitForSelector('.verdict-title')
  })
})

for (const scheme of ['light', 'dark']) {
  for (const width of [1360, 390]) {
    test(`the list of runs has no accessibility violation and no sideways scrolling, ${scheme}, ${width} wide`, () => withPage(server.url, async (page) => {
      await page.waitForSelector('.run-line')
      assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id} ${v.nodes[0].html}`), [])
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
    }, { colorScheme: scheme, viewport: { width, height: 844 } }))
  }
}

test('strange names, other origins, writing and other paths are refused', async () => {
  const { host, port } = new URL(server.url)
  assert.equal(await status('/api/runs', {}), 200)
  assert.equal(await status('/api/runs', { Host: 'evil.example' }), 403)
  assert.equal(await status('/', { Host: `evil.example:${port}` }), 403)
  assert.equal(await status('/api/runs', { Origin: 'http://evil.example' }), 403)
  assert.equal(await status('/../runs.db', {}), 404)
  assert.equal(await status('/api/suites/0', {}, 'POST'), 403)
  assert.equal(await status('/api/suites/0', { Origin: 'http://evil.example', 'Content-Type': 'application/json' }, 'POST'), 403)
  assert.equal(await status('/api/suites/0', { Origin: `http://${host}`, 'Content-Type': 'text/plain' }, 'POST'), 403)
  assert.equal(await status('/api/suites/7', { Origin: `http://${host}`, 'Content-Type': 'application/json' }, 'POST'), 404)
})

test('a page of another origin learns nothing and starts nothing', async () => {
  const elsewhere = await agentServer(() => ({}))
  const page = await browser.newPage()
  await page.goto(elsewhere.url)
  const n = (await runs()).length
  const got = await page.evaluate(async (ours) => {
    const tries = [fetch(`${ours}api/runs`), fetch(`${ours}api/suites/0`, { method: 'POST', mode: 'no-cors', body: '{}' }),
                   fetch(`${ours}api/suites/0`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })]
    return Promise.all(tries.map((one) => one.then((answer) => answer.type, () => 'refused')))
  }, server.url)
  assert.deepEqual(got, ['refused', 'refused', 'refused'])
  assert.equal((await runs()).length, n)
  await page.close()
  elsewhere.close()
})

test('without a suite it only shows', async () => {
  const looking = await serve(place.path)
  try {
    const { host } = new URL(looking.url)
    assert.equal(await status('/api/suites/0', { Origin: `http://${host}`, 'Content-Type': 'application/json' }, 'POST', looking.url), 404)
    const page = await browser.newPage()
    await page.goto(looking.url)
    await page.waitForSelector('.run-line')
    assert.equal(await page.locator('.run-actions, .suite').count(), 0)
    await page.close()
  } finally {
    await looking.stop()
  }
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
    await open.stop()
  }
})

/** What the program said on stderr, and its exit code. */
function serveFails(args, cwd = place.path) {
  return new Promise((done, failed) => {
    const child = spawn(sosia, ['serve', ...args], { cwd })
    let said = ''
    child.stderr.on('data', (data) => (said += data))
    child.on('error', failed)
    child.on('close', (code) => done({ code, said }))
  })
}

test('a port that is taken is named with who has it, and one that is none is refused', async () => {
  const { port } = new URL(server.url)
  const taken = await serveFails(['--port', port])
  assert.equal(taken.code, 3)
  assert.match(taken.said, new RegExp(`port ${port} is taken by .*sosia serve.*process \\d+`))
  assert.match(taken.said, /--port 0/)
  const none = await serveFails(['--port', '99999'])
  assert.equal(none.code, 4)
  assert.match(none.said, /no port: 0 to 65535/)
  assert.match((await serveFails(['--address', 'nonsense', '--port', '0'])).said, /address of this machine/)
})

test('a store of a newer version is refused before anything is served', async () => {
  const file = join(place.path, 'newer.db')
  cpSync(join(place.path, 'runs.db'), file)
  const bytes = readFileSync(file)
  bytes.writeUInt32BE(99, 60) // the user version of a SQLite file
  writeFileSync(file, bytes)
  const { code, said } = await serveFails(['--port', '0', '--store', file])
  assert.equal(code, 4)
  assert.match(said, /written by a newer Sosia/)
})

test('without a store the page waits for the first run; a store that goes away is missed; Ctrl-C ends it cleanly', async () => {
  const empty = folder()
  const looking = await serve(empty.path)
  const page = await browser.newPage()
  try {
    await page.goto(looking.url)
    await page.locator('.empty', { hasText: 'no run yet' }).waitFor()
    await talkTo(empty.path, ({ turn }) => ({ message: `Fine. (${turn})`, ended: turn > 3 }), ['--runs', '1'])
    await page.locator('.run-line .badge', { hasText: /passed|failed|undecided|not valid/ }).waitFor()
    for (const name of ['runs.db', 'runs.db-wal', 'runs.db-shm']) rmSync(join(empty.path, name), { force: true })
    await page.locator('[role=alert]', { hasText: 'not there any more' }).waitFor()
    assert.equal(await page.locator('.run-line').count(), 0)
  } finally {
    await page.close()
    assert.equal(await looking.stop('SIGINT'), 0)
    empty.remove()
  }
})

test('a suite that cannot be read is said before anything is served', async () => {
  writeFileSync(join(place.path, 'broken.yaml'), 'personas: [')
  const child = spawn(sosia, ['serve', '--port', '0', 'broken.yaml'], { cwd: place.path })
  let said = ''
  child.stderr.on('data', (data) => (said += data))
  const code = await new Promise((done) => child.on('close', done))
  assert.equal(code, 4)
  assert.match(said, /broken\.yaml/)
})
