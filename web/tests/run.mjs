// Runs the browser tests, or says what is missing and exits with 77, which ctest counts as skipped.
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chromium } from './browser.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const skip = (why) => {
  console.log(`skipped: ${why}`)
  process.exit(77)
}
if (!existsSync(chromium)) skip(`${chromium} is missing (apt-get install chromium)`)
if (!existsSync(join(here, '../node_modules/playwright-core'))) skip('web/node_modules is missing (npm ci in web/)')
const tests = readdirSync(here).filter((name) => name.endsWith('.test.mjs')).map((name) => join(here, name))
process.exit(spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...tests], { stdio: 'inherit' }).status ?? 1)
