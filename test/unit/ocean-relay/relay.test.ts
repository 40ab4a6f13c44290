import { describe, expect, it, onTestFinished } from 'vitest'
import type { FeedId } from '../../../src/feeds/index.js'
import {
  type Block,
  blockHash,
  bytesOfHex,
  decodeBlock,
  decodeTransaction,
  encodeBlock,
  transactionId,
} from '../../../src/ocean/codec/index.js'
import { textIn } from '../../../src/ocean/rpc/index.js'
import { partsOf } from '../../../src/ocean-relay/content.js'
import { FeedRelay } from '../../../src/ocean-relay/index.js'
import { fromHex, type Refusal } from '../../../src/util/index.js'
import { feedNamed } from '../../support/feed-of.js'
import {
  type Embedded,
  embedded,
  hexOfBlock,
  mine,
  signaturesOf,
  temporaryDirectory,
} from '../../support/ocean/embedded.js'
import { coinOf, signed, spend } from '../../support/ocean/spending.js'
import { waitUntil } from '../../support/wait-until.js'

/** Feeds in memory, which every member reads at once. */
class Feeds {
  readonly #contents = new Map<FeedId, object[]>()
  readonly relays = new Set<FeedRelay>()

  of(feed: FeedId): object[] {
    const contents = this.#contents.get(feed) ?? []
    this.#contents.set(feed, contents)
    return contents
  }

  append(feed: FeedId, ...contents: readonly object[]): void {
    this.of(feed).push(...contents)
    for (const relay of this.relays) relay.arrived(feed)
  }
}

interface Member {
  readonly on: Embedded
  readonly feed: FeedId
  readonly relay: FeedRelay
  readonly verdicts: (readonly [FeedId, Refusal])[]
  readonly troubles: unknown[]
}

const NAMES = ['a', 'b', 'c'] as const
const FEEDS = NAMES.map(feedNamed)

const join = async (
  feeds: Feeds,
  name: (typeof NAMES)[number],
  directory?: string,
  published?: () => boolean,
): Promise<Member> => {
  const on = await embedded(2, directory ?? (await temporaryDirectory()))
  const feed = feedNamed(name)
  const verdicts: Member['verdicts'] = []
  const troubles: unknown[] = []
  const source = {
    members: FEEDS,
    read: (from: FeedId, sequence: number) =>
      Promise.resolve(feeds.of(from).slice(sequence - 1, sequence + 9)),
    append(content: object) {
      if (published?.() === false) return Promise.reject(new Error('the disk is full'))
      feeds.append(feed, content)
      return Promise.resolve()
    },
    peers: () => [],
  }
  const relay = new FeedRelay(on.node, source, {
    onVerdict: (member, refusal) => verdicts.push([member, refusal]),
    onTrouble: (error) => troubles.push(error),
  })
  on.node.attach(relay)
  feeds.relays.add(relay)
  await relay.read()
  relay.publish()
  const leave = async () => {
    feeds.relays.delete(relay)
    await relay.close()
    await on.node.close()
  }
  onTestFinished(leave)
  return { on, feed, relay, verdicts, troubles }
}

const reach = (height: number, ...members: readonly Member[]): Promise<void> =>
  waitUntil(`all at height ${height}`, () => members.every(({ on }) => on.node.chain.height === height))

const namesIn = (contents: readonly object[]): string[] =>
  contents.map((content) => {
    const { type, data } = content as { type: string; data: { id: string; part: number } }
    return `${type} ${data.id} ${data.part}`
  })

const hashAt = ({ on }: Member, height: number): string => on.node.chain.entryAt(height)?.hash ?? ''

/** Signed, and given to nobody. */
const signedBlock = async ({ on }: Member): Promise<Block> => {
  on.clock.now++
  const proposal = textIn(await on.call('getnewblockhex'))
  const signatures = signaturesOf(decodeBlock(bytesOfHex(proposal)))
  const { hex } = (await on.call('combineblocksigs', proposal, signatures)) as { hex: string }
  return decodeBlock(bytesOfHex(hex))
}

const blockParts = (block: Block): readonly object[] =>
  partsOf({ kind: 'ocean-block', id: blockHash(block.header) }, encodeBlock(block))

const freeSpend = ({ on }: Member): { readonly first: string; readonly second: string } => {
  const free = coinOf(on, on.node.parameters.domainAsset)
  if (!free) throw new Error('no free coin')
  const { output } = free.coin
  const first = signed(spend(free.outPoint, output), output.script)
  const txid = transactionId(decodeTransaction(fromHex(first)))
  return { first, second: signed(spend({ txid, index: 0 }, output), output.script) }
}

describe('a relay', () => {
  it('publishes what its node was given, and nothing that a feed brought', async () => {
    const feeds = new Feeds()
    const [a, b, c] = [await join(feeds, 'a'), await join(feeds, 'b'), await join(feeds, 'c')]
    const { first } = freeSpend(a)
    const txid = await a.on.call('sendrawtransaction', first)
    await waitUntil('it waits everywhere', () => [b, c].every(({ on }) => on.node.mempool.all.length === 1))
    await mine(a.on)
    await reach(1, a, b, c)
    expect(namesIn(feeds.of(a.feed))).toEqual([
      `ocean-transaction ${textIn(txid)} 0`,
      `ocean-block ${hashAt(a, 1)} 0`,
    ])
    expect(feeds.of(b.feed)).toEqual([])
    expect(feeds.of(c.feed)).toEqual([])
    expect([a, b, c].flatMap(({ verdicts }) => verdicts)).toEqual([])
  })

  it('publishes at its start what stands in the chain and in no feed, in order', async () => {
    const feeds = new Feeds()
    const directory = await temporaryDirectory()
    const alone = await embedded(2, directory)
    for (let height = 1; height <= 3; height++) await mine(alone)
    await alone.node.close()
    const a = await join(feeds, 'a', directory)
    const b = await join(feeds, 'b')
    await reach(3, a, b)
    expect(namesIn(feeds.of(a.feed))).toEqual([1, 2, 3].map((height) => `ocean-block ${hashAt(a, height)} 0`))
    expect(feeds.of(b.feed)).toEqual([])
  })

  it('waits for the block before, whichever feed has it, and reads on from there', async () => {
    const [quiet, feeds] = [new Feeds(), new Feeds()]
    const source = await join(quiet, 'a')
    for (let height = 1; height <= 4; height++) await mine(source.on)
    const blocks = quiet.of(source.feed)
    const late = await join(feeds, 'c')
    feeds.append(feedNamed('a'), ...blocks.slice(1, 2), ...blocks.slice(3))
    feeds.append(feedNamed('b'), ...blocks.slice(2, 3))
    expect(late.on.node.chain.height).toBe(0)
    feeds.append(feedNamed('c'), ...blocks.slice(0, 1))
    await reach(4, late)
    expect(late.verdicts).toEqual([])
  })

  it('keeps a transaction until the one that it builds on has come', async () => {
    const feeds = new Feeds()
    const late = await join(feeds, 'c')
    const { first, second } = freeSpend(late)
    const parts = [second, first].map((hex) => {
      const bytes = fromHex(hex)
      return partsOf({ kind: 'ocean-transaction', id: transactionId(decodeTransaction(bytes)) }, bytes)
    })
    feeds.append(feedNamed('a'), ...(parts[0] ?? []))
    feeds.append(feedNamed('b'), ...(parts[1] ?? []))
    await waitUntil('both wait', () => late.on.node.mempool.all.length === 2)
    expect(feeds.of(late.feed)).toEqual([])
  })

  it('tells every member of a fork, once each', async () => {
    const feeds = new Feeds()
    const [a, b, c] = [await join(feeds, 'a'), await join(feeds, 'b'), await join(feeds, 'c')]
    const rival = await signedBlock(b)
    a.on.clock.now += 5
    await mine(a.on)
    await reach(1, a, b, c)
    expect(await b.on.call('submitblock', hexOfBlock(rival))).toBe('inconclusive')
    await waitUntil('all know', () => [a, b, c].every(({ on }) => on.forks.length === 1))
    expect(feeds.of(b.feed)).toHaveLength(1)
    expect([...feeds.of(a.feed), ...feeds.of(c.feed)]).toHaveLength(1)
    expect(await c.on.call('getforks')).toMatchObject([{ kept: hashAt(a, 1) }])
  })

  it('says a block though another wrote its header over other transactions', async () => {
    const feeds = new Feeds()
    const [a, c] = [await join(feeds, 'a'), await join(feeds, 'c')]
    const block = await signedBlock(a)
    feeds.append(feedNamed('b'), ...blockParts({ ...block, transactions: [] }))
    await waitUntil('it was refused', () => [a, c].every(({ verdicts }) => verdicts.length === 1))
    expect(await a.on.call('submitblock', hexOfBlock(block))).toBeNull()
    await reach(1, a, c)
  })

  it('says again what the disk did not take', async () => {
    const feeds = new Feeds()
    let isFull = true
    const a = await join(feeds, 'a', undefined, () => !isFull)
    await mine(a.on)
    await waitUntil('it was tried', () => a.troubles.length === 1)
    isFull = false
    a.relay.retry()
    await waitUntil('it is said', () => feeds.of(a.feed).length === 1)
  })

  it('has a verdict on whatever a member writes, and reads on', async () => {
    const feeds = new Feeds()
    const a = await join(feeds, 'a')
    const b = feedNamed('b')
    const block = await signedBlock(a)
    const unsigned = { ...block, header: { ...block.header, solution: new Uint8Array(0) } }
    const { first } = freeSpend(a)
    const wrongBytes = fromHex(first)
    const coinless = { ...block, transactions: [] }
    feeds.append(
      b,
      { type: 'post', text: 'hello' },
      ...partsOf({ kind: 'ocean-block', id: 'ab'.repeat(32) }, encodeBlock(block)),
      ...partsOf({ kind: 'ocean-block', id: 'ab'.repeat(32) }, Uint8Array.of(1, 2, 3)),
      ...blockParts(unsigned),
      ...blockParts(coinless),
      ...partsOf({ kind: 'ocean-transaction', id: 'ab'.repeat(32) }, wrongBytes),
      ...partsOf({ kind: 'ocean-transaction', id: 'ab'.repeat(32) }, Uint8Array.of(1)),
      ...partsOf({ kind: 'ocean-fork', id: 'ab'.repeat(32) }, Uint8Array.of(1)),
      ...blockParts(block),
    )
    await reach(1, a)
    expect(a.verdicts.map(([member, { code }]) => [member, code])).toEqual(
      [
        'malformed-content',
        'wrong-id',
        'malformed-bytes',
        'block-unproven',
        'block-refused',
        'wrong-id',
        'malformed-bytes',
        'malformed-bytes',
      ].map((code) => [b, code]),
    )
    expect(a.troubles).toEqual([])
  })
})
