import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { LongDirectory, longDirectory } from '../../support/audit/index.js'
import { commandLine } from '../../support/command-line.js'
import { temporaryDirectory } from '../../support/temporary.js'

const BLOCKS = 62

interface Resumed {
  readonly spared?: number
  readonly messages?: number
  readonly clean?: boolean
  readonly unreadable?: { readonly code: string }
}

const audited = async (...words: string[]) => {
  const { code, out } = await commandLine(['audit', ...words, '--jobs', '1', '--json'])
  return { code, ...(JSON.parse(out) as Resumed) }
}

describe('blockfin audit --resume', () => {
  it('verifies no signature twice while the source grows, and finds the same', async () => {
    const resume = join(await temporaryDirectory(), 'audited')
    const short = await longDirectory(await temporaryDirectory(), BLOCKS)
    expect(await audited(short.root, '--resume', resume)).toMatchObject({ code: 0, clean: true, spared: 0 })
    expect((await stat(resume)).size).toBe(13 + 32 + 2 * 32 + 32)
    expect(await audited(short.root, '--resume', resume)).toMatchObject({ code: 0, spared: short.messages })
    // The same chain, which went on: all but its last batch is known.
    const long = await longDirectory(await temporaryDirectory(), BLOCKS + 10)
    const grown = await audited(long.root, '--resume', resume)
    expect(grown).toMatchObject({ code: 0, clean: true, spared: 1024, messages: long.messages })
  })

  it('still finds a message that is not signed, and does not remember its batch', async () => {
    const resume = join(await temporaryDirectory(), 'audited')
    const directory = await LongDirectory.create(await temporaryDirectory())
    const [first] = await directory.block()
    if (!first) throw new RangeError('a block has messages')
    await directory.finish()
    await audited(directory.root, '--resume', resume)
    const forged = await LongDirectory.create(await temporaryDirectory())
    await forged.forge({ ...first.value, timestamp: first.value.timestamp + 1 })
    await forged.finish()
    for (const _round of [1, 2]) {
      const report = await audited(forged.root, '--resume', resume)
      expect(report).toMatchObject({ code: 2, unreadable: { code: 'source-damaged' } })
    }
  })

  it('refuses a file that is damaged, or of another network, with any bit of it turned', async () => {
    const resume = join(await temporaryDirectory(), 'audited')
    const { root } = await longDirectory(await temporaryDirectory(), 1)
    await audited(root, '--resume', resume)
    const whole = await readFile(resume)
    for (let offset = 0; offset < whole.length; offset += 7) {
      const changed = Buffer.from(whole)
      changed[offset] = (changed[offset] ?? 0) ^ 4
      await writeFile(resume, changed)
      const refused = await audited(root, '--resume', resume)
      expect(refused).toMatchObject({ code: 2, unreadable: { code: 'resume-damaged' } })
      // What cannot be read is left as it is.
      expect(await readFile(resume)).toEqual(changed)
    }
  })
})
