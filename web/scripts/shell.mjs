// Puts the built script and style sheet into one page: node scripts/shell.mjs DIST OUT.
//
// The page has a Content-Security-Policy that allows exactly these two (by hash) and nothing else: no other script, no style
// attribute, no request, no form, no frame. The data goes where the two marks are (src/report/html.cpp).
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [dist, out] = process.argv.slice(2)
const ascii = (text, escape) => text.replace(/[^\x00-\x7f]/g, (c) => escape(c.charCodeAt(0).toString(16).padStart(4, '0')))
const script = ascii(readFileSync(join(dist, 'app.js'), 'utf8'), (hex) => `\\u${hex}`)
  .replaceAll('</script', '<\\/script')
  .replaceAll('<!--', '\\x3C!--')
const style = ascii(readFileSync(join(dist, 'app.css'), 'utf8'), (hex) => `\\${hex} `)
if (style.includes('</style')) throw new Error('the style sheet would end its element early')
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  'img-src data:',
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
const page = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../index.html'), 'utf8')
const put = (text, mark, value) => {
  if (text.split(mark).length !== 2) throw new Error(`index.html needs ${mark} exactly once`)
  return text.replace(mark, () => value)
}
writeFileSync(out, put(put(put(page, '%POLICY%', policy), '%STYLE%', style), '%SCRIPT%', script))
