import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { verifyEvidence, verifyTransactionProof } from '../../../src/protocol/index.js'
import { verifyBytes } from '../../../src/roles/index.js'
import { EXAMPLES, PROOFS } from '../../support/pages/examples.js'
import { bytesIn, examplesIn } from '../../support/pages/page.js'
import { preimages } from '../../support/pages/preimages.js'
import { network } from '../../support/pages/story.js'

/** docs/protocol.md can be relied on byte by byte: what it shows is computed here again, or stands in a vector. */

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/protocol.md')
const shown = examplesIn(page)

const vectors = (path: string): readonly string[] =>
  readdirSync(new URL(path, root), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'ocean' ? [] : vectors(`${path}${entry.name}/`)
    return entry.name.endsWith('.json') ? [read(`${path}${entry.name}`)] : []
  })

describe('the worked examples of docs/protocol.md', () => {
  it.each(Object.entries(EXAMPLES))('%s is what the code computes', (name, text) => {
    expect(shown.get(name)).toBe(text)
  })

  it('are all computed', () => {
    expect([...shown.keys()].sort()).toEqual(Object.keys(EXAMPLES).sort())
  })

  it('show no other bytes than vectors and code do', () => {
    const known = [...vectors('test/vectors/'), ...Object.values(EXAMPLES), ...preimages()].join('\n')
    const unknown = bytesIn(page).filter((bytes) => !known.includes(bytes))
    expect(unknown).toEqual([])
    expect(bytesIn(page).length).toBeGreaterThan(100)
  })
})

describe('the proofs of the page', () => {
  it.each(Object.entries(PROOFS))('%s stands in its file, and convinces', (name, proof) => {
    const file: unknown = JSON.parse(read(`test/vectors/proofs/${name}.json`))
    expect(JSON.stringify(file)).toBe(JSON.stringify(proof))
    const verdict =
      name === 'transaction-proof'
        ? verifyTransactionProof(network, file, verifyBytes)
        : verifyEvidence(network, file, verifyBytes)
    expect(verdict.verdict).toBe('accept')
  })
})
