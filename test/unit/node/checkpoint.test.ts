import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import fc from 'fast-check'
import { expect, it } from 'vitest'

import { type Hash, NO_MESSAGE } from '../../../src/feeds/index.js'
import { storeLedger } from '../../../src/ledger/index.js'
import {
  type Checkpoint,
  checkpointHeights,
  chooseOrigin,
  decodeCheckpoint,
  encodeCheckpoint,
  mootMessages,
  readCheckpoint,
  writeCheckpoint,
} from '../../../src/node/checkpoint/index.js'
import { verify } from '../../../src/node/verify.js'
import { lanesOf, registryOf } from '../../../src/roles/index.js'
import { testNetwork } from '../../support/network.js'
import { signedChain } from '../../support/signed-feed.js'
import { temporaryDirectory } from '../../support/temporary.js'

const test = testNetwork({ validators: 2, messagenodes: 1 })
const { network } = test
const [message] = signedChain(test.registrar, 1)
if (!message) throw new Error('a chain of one has one message')
const HASH = 'ab'.repeat(32) as Hash

const checkpointAt = (height: number): Checkpoint => ({
  chainId: network.chainId,
  height,
  value: { block: HASH, xRoot: HASH },
  slot: HASH,
  cut: [{ sequence: 7, tip: NO_MESSAGE }],
  committed: message.value,
  sealed: message.value,
  moot: { [test.registrar.id]: 3 },
  snapshot: new Uint8Array([1, 2, 3]),
})

it('comes back from its bytes as it was, and from no others', () => {
  const bytes = encodeCheckpoint(checkpointAt(5))
  expect(decodeCheckpoint(bytes)).toEqual(checkpointAt(5))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ change
      expect(decodeCheckpoint(damaged)).toBeNull()
      expect(decodeCheckpoint(bytes.subarray(0, at))).toBeNull()
    }),
  )
})

it('is kept with the one before, and no other', async () => {
  const directory = await temporaryDirectory()
  expect(await checkpointHeights(directory)).toEqual([])
  for (const height of [10, 20, 30]) await writeCheckpoint(directory, checkpointAt(height))
  expect(await checkpointHeights(directory)).toEqual([30, 20])
  expect(await readCheckpoint(directory, 30)).toEqual(checkpointAt(30))
  expect(await readCheckpoint(directory, 10)).toBeNull()
})

it('is passed over, with the reason, when it is damaged, ahead of the blocks, or not signed by a quorum', async () => {
  const directory = await temporaryDirectory()
  const context = {
    network,
    self: test.registrar.id,
    verify,
    application: storeLedger({ verify }),
  }
  for (const height of [10, 20]) await writeCheckpoint(directory, checkpointAt(height))
  await writeFile(join(directory, '0000000000000015.checkpoint'), 'half of one')
  const refused: [number, string][] = []
  const { origin, moot } = await chooseOrigin(directory, context, 15, (...refusal) => refused.push(refusal))
  expect(refused).toEqual([
    [20, 'blocks-missing'],
    [15, 'checkpoint-damaged'],
    [10, 'checkpoint-unusable'],
  ])
  expect([origin.height, moot]).toEqual([0, {}])
})

it('leaves out of a replay what lies in the cut or speaks of heights well below, found by halving', async () => {
  const registry = registryOf(network)
  const [lane = test.registrar.id] = lanesOf(network.genesis)
  const silent = network.genesis.messagenodes[0]?.roles['commit-counter']
  const busy = network.genesis.messagenodes[0]?.roles['seal-counter']
  if (!silent || !busy) throw new Error('a Messagenode has these roles')
  const tips = new Map<string, number>([
    [silent, 40],
    [busy, 5000],
  ])
  let reads = 0
  const moot = await mootMessages(
    {
      registry,
      isOwn: (feed) => feed === lane,
      tip: (feed) => tips.get(feed) ?? 0,
      read: async (_feed, sequence) => {
        reads++
        const body = { type: 'sealed', height: sequence } as never
        return { body } as never
      },
    },
    1000,
    [
      { sequence: 9, tip: NO_MESSAGE },
      { sequence: 8, tip: NO_MESSAGE },
    ],
  )
  const [, other = ''] = lanesOf(network.genesis)
  expect(moot).toEqual({ [other]: 8, [silent]: 39, [busy]: 969 })
  expect(reads).toBeLessThan(30)
})
