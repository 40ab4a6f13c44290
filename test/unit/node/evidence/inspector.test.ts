import { afterEach, describe, expect, it, vi } from 'vitest'

import type { ClassicMessage, FeedId, FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import { atHeight } from '../../../../src/node/evidence/at-height.js'
import { Inspector, type InspectorPorts } from '../../../../src/node/evidence/inspector.js'
import { type Finding, lawOf, Watch } from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { SignedScene } from '../../../support/evidence/index.js'
import {
  at,
  type Block,
  commitVote,
  committed,
  grow,
  precommitVote,
} from '../../../support/protocol/index.js'
import { strangeHash } from '../../../support/protocol/strange.js'
import { waitUntil } from '../../../support/wait-until.js'

interface Found {
  readonly code: string
  readonly messages: readonly ClassicMessage[]
}

/** An inspector whose disk and peer are lists. */
const setting = (ports: Partial<InspectorPorts> = {}) => {
  const scene = new SignedScene()
  const held: FeedMessage[] = []
  const atPeer: FeedMessage[] = []
  const loose = new Map<MessageKey, ClassicMessage>()
  const found: Found[] = []
  const fetched: MessageKey[] = []
  const peer = scene.messagenode(1).id
  const inspector = new Inspector(new Watch(lawOf(scene.network, verifyBytes)), {
    readFeed: async (feed, from, limit) =>
      held
        .filter(({ author, sequence }) => author === feed && sequence >= from && sequence < from + limit)
        .map((message) => scene.classic(message)),
    getByKey: async (key) => {
      const message = held.find((candidate) => candidate.key === key)
      return message ? scene.classic(message) : loose.get(key)
    },
    fetch: async (_peer, key) => {
      fetched.push(key)
      const message = atPeer.find((candidate) => candidate.key === key)
      if (message) loose.set(key, scene.classic(message))
      return message
    },
    peers: () => [peer],
    tipsFrom: async () => atPeer.map(({ author: feed, sequence, key }) => ({ feed, sequence, key })),
    onFinding: ({ code }: Finding, messages) => found.push({ code, messages }),
    ...ports,
  })
  running.push(inspector)
  const read = (...messages: readonly FeedMessage[]) => {
    held.push(...messages)
    for (const message of messages) inspector.receive(message)
  }
  return { scene, inspector, read, atPeer, found, fetched, peer }
}

const running: Inspector[] = []
afterEach(() => {
  for (const inspector of running.splice(0)) inspector.stop()
  vi.useRealTimers()
})

const branches = (scene: SignedScene): readonly [FeedMessage, FeedMessage] => {
  const author = at(scene.lanes, 0)
  const sign = (byte: number) =>
    scene.after(undefined, author, { type: 'transaction', transactions: [new Uint8Array([byte])] })
  return [sign(1), sign(2)]
}

const codes = (found: readonly Found[]): readonly string[] => found.map(({ code }) => code)

describe('branches of equal height, which replication never exchanges', () => {
  it('are found when a peer connects and tells where its feeds end', async () => {
    const { scene, inspector, read, atPeer, found, peer } = setting()
    const [mine, theirs] = branches(scene)
    read(mine)
    atPeer.push(theirs)
    inspector.connected(peer)
    await waitUntil('the fork is found', () => found.length > 0)
    expect(found).toEqual([{ code: 'feed-fork', messages: [scene.classic(mine), scene.classic(theirs)] }])
  })

  it('are found from time to time, though nobody connects anew', async () => {
    vi.useFakeTimers()
    const { scene, read, atPeer, found } = setting()
    const [mine, theirs] = branches(scene)
    read(mine)
    atPeer.push(theirs)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(found).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(codes(found)).toEqual(['feed-fork'])
  })

  it('are no finding where there are none, and then nothing is fetched', async () => {
    vi.useFakeTimers()
    const { scene, inspector, read, atPeer, found, fetched, peer } = setting()
    const [mine] = branches(scene)
    read(mine)
    atPeer.push(mine)
    inspector.connected(peer)
    await vi.advanceTimersByTimeAsync(120_000)
    expect([found, fetched]).toEqual([[], []])
  })

  it('of a place long past are compared on disk', async () => {
    const { scene, inspector, read, atPeer, found, peer } = setting()
    const [mine, theirs] = branches(scene)
    const feed: FeedMessage[] = [mine]
    for (let count = 0; count < 300; count++) {
      feed.push(
        scene.after(feed.at(-1), mine.author, { type: 'transaction', transactions: [new Uint8Array(1)] }),
      )
    }
    read(...feed)
    atPeer.push(theirs)
    inspector.connected(peer)
    await waitUntil('the fork is found', () => found.length > 0)
    expect(codes(found)).toEqual(['feed-fork'])
  })
})

describe('a late double vote', () => {
  it('is proved by the vote that the disk still holds', async () => {
    const { scene, read, found } = setting()
    const blocks: Block[] = []
    for (let height = 1; height <= 70; height++)
      blocks.push(grow(scene, blocks.at(-1) ?? scene.genesis).block)
    read(...blocks.map((block) => commitVote(scene, 0, block)))
    const block = at(blocks, 2)
    read(commitVote(scene, 0, { ...block, value: { ...block.value, xRoot: strangeHash('results') } }))
    await waitUntil('both are found', () => found.length > 1)
    expect(codes(found)).toEqual(['height-backwards', 'double-commit'])
    expect(found[1]?.messages.map(({ sequence }) => sequence)).toEqual([3, 71])
  })
})

describe('a linked message that nobody brings', () => {
  it('is fetched, and judged', async () => {
    const { scene, read, atPeer, found, fetched } = setting()
    const blocks: Block[] = []
    for (let height = 1; height <= 4; height++) blocks.push(grow(scene, blocks.at(-1) ?? scene.genesis).block)
    const first = at(blocks, 0)
    const bad = committed(scene, first, { by: 2, signers: [0] })
    atPeer.push(bad)
    read(precommitVote(scene, 0, first, { links: bad.key }))
    read(...blocks.map((block) => committed(scene, block, { links: bad.key })))
    await waitUntil('it is judged', () => found.length > 0)
    expect([fetched.includes(bad.key), codes(found)]).toEqual([true, ['bad-certificate']])
  })
})

describe('the votes of one height', () => {
  it.each([1, 2, 7, 12])('%i are found by halving', async (height) => {
    const scene = new SignedScene()
    const blocks: Block[] = []
    for (let next = 1; next <= 12; next++) blocks.push(grow(scene, blocks.at(-1) ?? scene.genesis).block)
    const feed = blocks.flatMap((block) => [0, 1].map((round) => commitVote(scene, 0, block, { round })))
    let reads = 0
    const readFeed = async (_feed: FeedId, from: number, limit: number) => {
      reads++
      return feed.slice(from - 1, from - 1 + limit).map((message) => scene.classic(message))
    }
    const found = await atHeight(readFeed, scene.validator(0).roles.committer, height)
    expect(found.map(({ sequence }) => sequence)).toEqual([2 * height - 1, 2 * height])
    expect(reads).toBeLessThan(40)
  })
})
