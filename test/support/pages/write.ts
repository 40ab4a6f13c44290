import { mkdir, readFile, writeFile } from 'node:fs/promises'

import { ARCHIVE_EXAMPLES } from './archive-examples.js'
import { EXAMPLES, PROOFS } from './examples.js'
import { replaceExamples } from './page.js'

/** Writes the worked examples into the pages, and test/vectors/proofs: `npx tsx test/support/pages/write.ts`. */

const root = new URL('../../../', import.meta.url)
for (const [name, examples] of [
  ['protocol', EXAMPLES],
  ['archive-format', ARCHIVE_EXAMPLES],
] as const) {
  const page = new URL(`docs/${name}.md`, root)
  await writeFile(page, replaceExamples(await readFile(page, 'utf8'), examples))
}
const proofs = new URL('test/vectors/proofs/', root)
await mkdir(proofs, { recursive: true })
for (const [name, proof] of Object.entries(PROOFS)) {
  await writeFile(new URL(`${name}.json`, proofs), `${JSON.stringify(proof, null, 2)}\n`)
}
