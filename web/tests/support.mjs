// What the browser tests share: real runs of the real program, and pages that must stay silent.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const sosia = process.env.SOSIA_BIN ?? join(root, 'build/release/sosia')

export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sosia-web-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs the program to its end; that the gate failed (1) or the run does not count (3) is an answer too. */
export function run(args, { cwd, env = {} }) {
  return new Promise((done, failed) => {
    const child = spawn(sosia, args, { cwd, env: { ...process.env, ...env, SOSIA_STORE: join(cwd, 'runs.db') } })
    let text = ''
    child.stdout.on('data', (data) => (text += data))
    child.stderr.on('data', (data) => (text += data))
    child.on('error', failed)
    child.on('close', (code) => ([0, 1, 3].includes(code) ? done(text) : failed(new Error(`sosia ${args.join(' ')}: exit ${code}\n${text}`))))
  })
}

function freePort() {
  return new Promise((done) => {
    const server = createTcp().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/** A real run of the refund desk with a planted bug; gives the folder with its files. */
export async function refundDesk(base, bug, args = []) {
  const suite = join(base, 'refund-desk')
  cpSync(join(root, 'examples/refund-desk'), suite, { recursive: true })
  const file = join(suite, 'sosia.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('8731', String(await freePort())))
  await run(['run', 'refund-desk', '-q', '--out', 'results', ...args], { cwd: base, env: bug === '' ? {} : { BUG: bug } })
  return join(base, 'results')
}

/** An agent in this process: { url, close }. */
export async function agentServer(reply) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => (body += data))
    request.on('end', async () => {
      const answer = await reply(JSON.parse(body || '{}'))
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/chat`, close: () => server.close() }
}

/** A real run of a small suite against an agent in this process. */
export async function talkTo(base, reply, args = []) {
  cpSync(join(root, 'tests/e2e/suites/desk'), join(base, 'desk'), { recursive: true })
  const agent = await agentServer(reply)
  try {
    await run(['run', 'desk', '-q', '--out', 'results', ...args], { cwd: base, env: { AGENT_URL: agent.url } })
  } finally {
    agent.close()
  }
  return join(base, 'results')
}

/** `sosia serve` on the store of a folder: { url, stop }. */
export function serve(cwd, args = [], env = {}) {
  const child = spawn(sosia, ['serve', '--port', '0', ...args], { cwd, env: { ...process.env, ...env, SOSIA_STORE: join(cwd, 'runs.db') } })
  const stop = (signal = 'SIGTERM') => new Promise((done) => {
    child.once('close', done)
    child.kill(signal)
  })
  return new Promise((done, failed) => {
    let said = ''
    child.stderr.on('data', (data) => (said += data))
    child.stdout.once('data', (data) => done({ url: String(data).trim(), stop }))
    child.once('close', () => failed(new Error(said)))
  })
}

/** Follows the server's events until `wanted(runs)` finds something in the list of runs, and gives that. */
export async function whenRuns(url, wanted) {
  const stop = new AbortController()
  const response = await fetch(`${url}api/events`, { signal: stop.signal })
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true })
      const events = text.split('\n\n')
      text = events.pop()
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        const found = data === undefined ? undefined : wanted(JSON.parse(data).runs)
        if (found) return found
      }
    }
  } finally {
    stop.abort()
  }
  throw new Error('the events ended before what was waited for')
}

export const conversations = (results) =>
  readFileSync(join(results, 'conversations.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
export const runJson = (results) => JSON.parse(readFileSync(join(results, 'run.json'), 'utf8'))
export const personaNames = (base) =>
  new Map(readdirSync(join(base, 'refund-desk/personas')).map((name) => {
    const text = readFileSync(join(base, 'refund-desk/personas', name), 'utf8')
    return [/^id: (.*)$/m.exec(text)[1], /^name: (.*)$/m.exec(text)[1]]
  }))

/** Opens a report from disk in a context without a network; every error, refused resource or request fails the test. */
export async function openReport(browser, results, { hash = '', context = {} } = {}) {
  const opened = await browser.newContext({ viewport: { width: 1360, height: 900 }, offline: true, ...context })
  const page = await opened.newPage()
  const troubles = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) troubles.push(`asks for ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    troubles.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`file://${join(results, 'report.html')}${hash}`)
  await page.waitForSelector('h1')
  return { page, troubles, close: () => opened.close(), assertSilent: () => assert.deepEqual(troubles, []) }
}
