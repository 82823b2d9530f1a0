// TypeScript types from the JSON Schema of the files a run leaves, so that the program and this application cannot drift apart.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFromFile } from 'json-schema-to-typescript'

const here = dirname(fileURLToPath(import.meta.url))
const schemas = join(here, '../../schemas/output')
const out = join(here, '../src/generated')
mkdirSync(out, { recursive: true })
for (const name of ['conversation', 'report', 'served']) {
  const text = await compileFromFile(join(schemas, `${name}.schema.json`), {
    cwd: schemas,
    format: false,
    bannerComment: `/* From schemas/output/${name}.schema.json; npm run types writes it. */`,
  })
  writeFileSync(join(out, `${name}.ts`), text)
}
