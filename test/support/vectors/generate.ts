import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { vectorFiles } from './files.js'

/** Writes `test/vectors` anew: `npx tsx test/support/vectors/generate.ts`. The files are the same every time. */

const root = new URL('../../vectors/', import.meta.url)

for (const [name, content] of Object.entries(vectorFiles())) {
  const path = fileURLToPath(new URL(`${name}.json`, root))
  const style = await resolveConfig(path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await format(JSON.stringify(content), { ...style, parser: 'json' }))
}
