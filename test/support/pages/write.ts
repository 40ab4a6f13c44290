import { mkdir, readFile, writeFile } from 'node:fs/promises'

import { EXAMPLES, PROOFS } from './examples.js'
import { replaceExamples } from './page.js'

/** Writes the worked examples into docs/protocol.md and test/vectors/proofs: `npx tsx test/support/pages/write.ts`. */

const root = new URL('../../../', import.meta.url)
const page = new URL('docs/protocol.md', root)
await writeFile(page, replaceExamples(await readFile(page, 'utf8'), EXAMPLES))
const proofs = new URL('test/vectors/proofs/', root)
await mkdir(proofs, { recursive: true })
for (const [name, proof] of Object.entries(PROOFS)) {
  await writeFile(new URL(`${name}.json`, proofs), `${JSON.stringify(proof, null, 2)}\n`)
}
