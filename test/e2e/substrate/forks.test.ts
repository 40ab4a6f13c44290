import { afterEach, describe, expect, it } from 'vitest'

import type { Evidence } from '../../../plugins/immediate-add/index.js'
import type { ClassicMessage, MessageKey } from '../../../src/feeds/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import type { CuredNode } from '../../support/substrate/cured-nodes.js'
import { connect, CuredNetwork } from '../../support/substrate/cured-nodes.js'
import { waitUntil } from '../../support/wait-until.js'

let network = new CuredNetwork()
afterEach(async () => {
  await network.close()
  network = new CuredNetwork()
})

describe('a feed with two branches', () => {
  it('leaves evidence when the other branch goes on where ours ends', async () => {
    const { reader, evidence, forker } = await forkedAfter(3)
    // Branches of equal height are never exchanged: replication compares sequences only.
    await publish(forker, 4)
    reader.substrate.request(forker.keys.id, true)
    forker.substrate.request(forker.keys.id, true)
    await connect(reader, forker)
    await waitUntil('evidence', () => evidence.length > 0)
    const [{ a, b } = never()] = evidence
    expect(b.sequence).toBe(a.sequence + 1)
    expect(b.previous).not.toBe(keyOf(reader, a))
    expect(await reader.substrate.getByKey(keyOf(reader, b))).toEqual(b)
    const later: Evidence[] = []
    reader.substrate.onEvidence((found) => later.push(found))
    expect(later).toEqual(evidence)
    expect(reader.substrate.tip(forker.keys.id)?.sequence).toBe(3)
  })

  it('leaves evidence when another message comes for a sequence we hold', async () => {
    const { reader, evidence, forker } = await forkedAfter(3)
    await publish(forker, 2)
    for (const message of await forker.substrate.readFeed(forker.keys.id, 1, 2)) {
      reader.ssb.immediateAdd.add(message)
    }
    expect(evidence.map(({ a, b }) => [a.sequence, b.sequence])).toEqual([
      [1, 1],
      [2, 2],
    ])
    for (const { a, b } of evidence) expect(keyOf(reader, a)).not.toBe(keyOf(reader, b))
  })

  it('leaves no evidence for what nobody signed', async () => {
    const { reader, evidence, forker } = await forkedAfter(3)
    await publish(forker, 1)
    const [first = never()] = await forker.substrate.readFeed(forker.keys.id, 1, 1)
    const forged = { ...first, content: { type: 'forged' }, signature: `${'A'.repeat(86)}==.sig.ed25519` }
    expect(reader.ssb.immediateAdd.add(forged)).toMatchObject({ verdict: 'reject', code: 'invalid-message' })
    expect(evidence).toEqual([])
  })
})

/** A reader that holds `count` messages of one branch, and a node about to publish another with the same keys. */
const forkedAfter = async (count: number) => {
  const keys = generateNodeIdentity()
  const [reader, honest, forker] = [
    await network.start(),
    await network.start({ keys }),
    await network.start({ keys }),
  ]
  await publish(honest, count)
  for (const message of await honest.substrate.readFeed(keys.id, 1, count))
    reader.ssb.immediateAdd.add(message)
  expect(reader.substrate.tip(keys.id)?.sequence).toBe(count)
  const evidence: Evidence[] = []
  reader.substrate.onEvidence((found) => evidence.push(found))
  return { reader, forker, evidence }
}

const publish = async ({ substrate, keys }: CuredNode, count: number): Promise<void> => {
  // The branches must differ: their timestamps alone may agree.
  const branch = Math.random()
  for (let index = 0; index < count; index++) {
    await substrate.publish(keys, { type: 'test', branch, index })
  }
}

const keyOf = ({ ssb }: CuredNode, message: ClassicMessage): MessageKey =>
  ssb.db.findFeedFormatByName('classic').getMsgId(message)

const never = (): never => {
  throw new Error('nothing was found')
}
