import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { BEHAVIOURS, runBehaviour } from '../support/corpus/index.js'
import { temporaryDirectory } from '../support/temporary.js'

/** The examples for researchers, as they stand, on archives of the corpus. */
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const APPLICATION = at('test/support/corpus/application.ts')

const run = (program: string, ...words: readonly string[]): { code: number | null; out: string } => {
  const parts = ['--import', 'tsx', at(`examples/${program}`), ...words]
  const { status, stdout, stderr } = spawnSync(process.execPath, parts, { encoding: 'utf8' })
  return { code: status, out: `${stdout}${stderr}` }
}

const archiveOf = async (name: string): Promise<string> => {
  const behaviour = BEHAVIOURS.find((each) => each.name === name)
  if (!behaviour) throw new RangeError(`no behaviour ${name}`)
  return (await runBehaviour(await temporaryDirectory(), behaviour)).file
}

describe('was a validator censored?', () => {
  it('names who left it out, and how often', async () => {
    const file = await archiveOf('voteExclusion (m0)')
    // The traitor leaves out the validator of index 0.
    const censored = run('was-censored.mjs', file, 'validator-4', APPLICATION)
    expect(censored.out).toMatch(/left out its commit votes \d+ of \d+ times \(100 %\)/)
    expect(censored.out).toContain('evident: vote-exclusion by messagenode-')
    expect(censored.code).toBe(1)
    const other = run('was-censored.mjs', file, 'validator-1', APPLICATION)
    expect(other.out).toContain('no sign that validator-1 was censored')
    expect(other.code).toBe(0)
  })
})

describe('the order of arrival', () => {
  it('changes neither blocks nor proofs', async () => {
    const file = await archiveOf('doubleCommit (v0)')
    const { code, out } = run('reorder-arrivals.mjs', file, '3', APPLICATION)
    expect(out).toMatch(/as received {2}\{"height":[1-9].*double-commit by validator-/)
    expect(out).toContain('the same in 3 other orders')
    expect(code).toBe(0)
  })
})
