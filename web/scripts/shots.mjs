// Pictures of pages for people to judge: node web/scripts/shots.mjs OUT NAME=URL... Each at desktop and phone width, light and dark.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { options } from '../tests/browser.mjs'

const [out, ...pages] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const browser = await chromium.launch(options)
for (const colorScheme of ['light', 'dark']) {
  for (const [width, height, size] of [[1360, 900, 'desktop'], [390, 844, 'phone']]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 })
    for (const named of pages) {
      const at = named.indexOf('=')
      const page = await context.newPage()
      await page.goto(named.slice(at + 1))
      await page.waitForSelector('h1, .verdict-title')
      await page.waitForFunction(() => !document.querySelector('.empty[role=status], .reading'), null, { timeout: 10_000 }).catch(() => {})
      await page.waitForTimeout(150)
      await page.screenshot({ path: join(out, `${named.slice(0, at)}-${size}-${colorScheme}.png`) })
      await page.close()
    }
    await context.close()
  }
}
await browser.close()
