import { describe, expect, it } from 'vitest'

import { type EvidenceBody, type FeedId, type FeedMessage, sha256 } from '../../../../src/feeds/index.js'
import { EvidenceKeeper } from '../../../../src/node/evidence/keeper.js'
import { EvidenceStore } from '../../../../src/node/evidence/store.js'
import {
  type EvidenceProof,
  type Finding,
  lawOf,
  makeEvidence,
  partsOf,
  type ProvedEvidence,
} from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { assert, concat } from '../../../../src/util/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../../support/evidence/index.js'
import { temporaryDirectory } from '../../../support/temporary.js'

const scene = new SignedScene()
const law = lawOf(scene.network, verifyBytes)
const self = scene.messagenode(0).id
const other = scene.messagenode(1).id

const prove = (place = 0): ProvedEvidence => {
  const given = EVIDENCE_CASES.filter(({ code, guilty }) => code === 'feed-fork' && guilty)[place]
  assert(given, 'there is such a case')
  const own = new SignedScene()
  const proved = makeEvidence(
    law,
    'feed-fork',
    given.messages(own).map((message) => own.classic(message)),
  )
  assert(proved.verdict === 'accept', 'it is proved')
  return proved
}
const findingOf = ({ code, culprits, keys, facts }: ProvedEvidence): Finding => ({
  code,
  grade: 'proof',
  culprits,
  messages: keys,
  facts,
})

/** The messages of a main feed that carry a proof. */
const carriedBy = (author: FeedId, proof: EvidenceProof): readonly FeedMessage[] => {
  const writer = new SignedScene()
  return partsOf(proof).map((part) => writer.write(author, part))
}

const setting = async ({ relays = true, directory = '' } = {}) => {
  const store = await EvidenceStore.open(directory || (await temporaryDirectory()), law, () => {})
  const published: EvidenceBody[] = []
  const told: string[] = []
  const refused: string[] = []
  const keeper = new EvidenceKeeper(store, law, {
    self,
    relays,
    publish: async (body) => {
      assert(body.type === 'evidence', 'nothing else is published')
      published.push(body)
    },
    onEvidence: ({ finding }, isNew) => told.push(`${finding.code}${isNew ? '' : ' again'}`),
    onRefused: (_by, _hash, code) => refused.push(code),
    onTrouble: (error) => {
      throw error
    },
  })
  return { store, keeper, published, told, refused }
}

describe('what was found here', () => {
  it('is kept, told of, and published in parts that carry the whole proof', async () => {
    const { store, keeper, published, told } = await setting({ relays: false })
    const proved = prove()
    keeper.start()
    keeper.found(findingOf(proved), proved.proof.messages)
    keeper.found(findingOf(proved), proved.proof.messages)
    await keeper.settled()
    expect([store.list().length, told]).toEqual([1, ['feed-fork']])
    expect(published).toEqual(partsOf(proved.proof))
    const bytes = concat(...published.map((part) => part.bytes))
    expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(published[0]?.proof)
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(JSON.parse(JSON.stringify(proved.proof)))
  })

  it('waits until this node may publish', async () => {
    const { keeper, published } = await setting()
    const proved = prove()
    keeper.found(findingOf(proved), proved.proof.messages)
    await keeper.settled()
    expect(published).toEqual([])
    keeper.start()
    await keeper.settled()
    expect(published).toEqual(partsOf(proved.proof))
  })

  it('stays a finding when its messages are not here any more', async () => {
    const { store, keeper, published } = await setting()
    const proved = prove()
    keeper.start()
    keeper.found(findingOf(proved), [])
    await keeper.settled()
    expect([store.list().map(({ proof }) => proof), published]).toEqual([[null], []])
  })
})

describe('what others publish', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('is checked, kept, and passed on if this node relays (%s)', async (relays, times) => {
    const { store, keeper, published, told } = await setting({ relays })
    const { proof } = prove()
    keeper.start()
    for (const message of carriedBy(other, proof)) keeper.receive(message)
    await keeper.settled()
    expect([store.list().length, told]).toEqual([1, ['feed-fork']])
    expect(published).toEqual(Array.from({ length: times }, () => partsOf(proof)).flat())
  })

  it('is published once, whoever else publishes it or another proof of the same', async () => {
    const { keeper, published } = await setting()
    const [first, second] = [prove(0), prove(1)]
    keeper.start()
    for (const author of [other, scene.messagenode(2).id]) {
      for (const { proof } of [first, second]) {
        for (const message of carriedBy(author, proof)) keeper.receive(message)
      }
    }
    await keeper.settled()
    expect(published).toEqual(partsOf(first.proof))
  })

  it('is not published again after a restart', async () => {
    const directory = await temporaryDirectory()
    const before = await setting({ directory })
    const { proof } = prove()
    before.keeper.start()
    for (const message of carriedBy(other, proof)) before.keeper.receive(message)
    await before.keeper.settled()
    expect(before.published).toHaveLength(partsOf(proof).length)

    const after = await setting({ directory })
    after.keeper.recall()
    for (const message of carriedBy(self, proof)) after.keeper.receive(message)
    after.keeper.start()
    await after.keeper.settled()
    expect([after.told, after.published]).toEqual([['feed-fork again'], []])
  })

  it('is refused when it proves nothing, and tells who accused', async () => {
    const { store, keeper, published, refused } = await setting()
    const { proof } = prove()
    keeper.start()
    for (const message of carriedBy(other, { ...proof, code: 'double-seal' })) keeper.receive(message)
    await keeper.settled()
    expect([store.list(), published, refused]).toEqual([[], [], ['nothing-proved']])
  })
})
