import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../../src/ocean/node/storage/store.js'
import { embedded, mine, temporaryDirectory } from '../../../support/ocean/embedded.js'

/** A directory with three blocks, changed behind the node's back. */
const damaged = async (change: (database: ClassicLevel) => Promise<void>): Promise<string> => {
  const directory = await temporaryDirectory()
  const on = await embedded(0, directory)
  for (let height = 1; height <= 3; height++) await mine(on)
  await on.node.close()
  const database = new ClassicLevel(join(directory, 'chain'))
  await change(database)
  await database.close()
  return directory
}

const firstKey = async (database: ClassicLevel, prefix: string): Promise<string> => {
  const [key] = await database.keys({ gte: `${prefix}:`, lt: `${prefix};`, limit: 1 }).all()
  if (key === undefined) throw new Error(`no key under ${prefix}`)
  return key
}

const corrupted = expect.objectContaining({ code: 'ocean-store-corrupted' }) as unknown as Error

describe('the store of a node', () => {
  it('gives the state back', async () => {
    const directory = await damaged(async () => undefined)
    const { node } = await embedded(0, directory)
    expect(node.chain.height).toBe(3)
    await node.close()
  })

  it.each([
    ['a lost coin', async (database: ClassicLevel) => database.del(await firstKey(database, 'c'))],
    ['a changed coin', async (database: ClassicLevel) => database.put(await firstKey(database, 'c'), 'x')],
    ['a lost header', async (database: ClassicLevel) => database.del('h:00000002')],
    ['a broken header', async (database: ClassicLevel) => database.put('h:00000002', 'x')],
    ['an unreadable newest block', (database: ClassicLevel) => database.put('tip', '{')],
  ])('refuses %s with a code', async (_, change) => {
    await expect(embedded(0, await damaged(change))).rejects.toThrow(corrupted)
  })

  it('is for one node at a time, and for one chain', async () => {
    const directory = await temporaryDirectory()
    const { node } = await embedded(0, directory)
    await expect(embedded(0, directory)).rejects.toMatchObject({ code: 'ocean-directory-locked' })
    await node.close()
    await expect(openStore(directory, 'ff'.repeat(32))).rejects.toMatchObject({ code: 'ocean-store-foreign' })
  })
})
