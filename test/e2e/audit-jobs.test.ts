import { describe, expect, it } from 'vitest'

import { LongDirectory, longDirectory } from '../support/audit/index.js'
import { blockfin } from '../support/blockfin.js'
import { temporaryDirectory } from '../support/temporary.js'

/** The built command, since threads load what was built. */
const audited = async (root: string, jobs: number) => {
  const { code, out, err } = await blockfin('audit', root, '--jobs', String(jobs), '--json')
  return { code, err, report: JSON.parse(out) as { readonly clean?: boolean; readonly messages?: number } }
}

describe('an audit with several threads', () => {
  it('says what one with a single thread says: of good sources, of misdeeds and of damage', async () => {
    const good = await longDirectory(await temporaryDirectory(), 62)
    const guilty = await LongDirectory.create(await temporaryDirectory())
    const [first] = await guilty.block()
    if (!first) throw new RangeError('a block has messages')
    await guilty.blocks(62 * 17)
    await guilty.forge(guilty.chain.rivalOf(first).value)
    await guilty.finish()
    const damaged = await LongDirectory.create(await temporaryDirectory())
    await damaged.blocks(1054)
    const [unsigned, ...others] = damaged.chain.next()
    if (!unsigned) throw new RangeError('a block has messages')
    await damaged.forge({ ...unsigned.value, timestamp: unsigned.value.timestamp + 1 })
    for (const { value } of others) await damaged.forge(value)
    await damaged.finish()
    for (const [root, code] of [
      [good.root, 0],
      [guilty.root, 1],
      [damaged.root, 2],
    ] as const) {
      const [one, three] = [await audited(root, 1), await audited(root, 3)]
      expect(one.code).toBe(code)
      expect(three).toEqual(one)
    }
  })
})
