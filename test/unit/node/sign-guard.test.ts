import { describe, expect, it } from 'vitest'

import {
  type Body,
  type CertificateBody,
  encodeBody,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  parseMessage,
  type Stage,
  voteBytes,
} from '../../../src/feeds/index.js'
import { type ConflictFacts, createSignGuard } from '../../../src/node/sign-guard.js'
import type { Draft } from '../../../src/protocol/index.js'
import { generateNodeIdentity, type NodeIdentity, sign } from '../../../src/roles/index.js'
import { CodedError, toHex } from '../../../src/util/index.js'
import { keyNamed } from '../../support/feed-of.js'
import { seedOf } from '../../support/network.js'
import { strangeHash } from '../../support/protocol/index.js'
import { signedMessage } from '../../support/signed-feed.js'
import type { PublishOptions } from '../../../plugins/durable-publish/index.js'
import type { StoredMessage } from '../../../plugins/exchange/index.js'

/** The one way to say anything: one value for each slot, whatever happens in between. */
const self = generateNodeIdentity(seedOf('self'))
const other = generateNodeIdentity(seedOf('other'))
const chainId = strangeHash('chain')

/** A disk in memory, which fails as often as the test wants. */
class Disk {
  readonly messages: FeedMessage[] = []
  failures: Error[] = []
  /** Writes stand still until this resolves. */
  gate: Promise<void> = Promise.resolve()
  readonly options: PublishOptions[] = []
  readonly #last = new Map<FeedId, StoredMessage>()

  append = async (
    identity: NodeIdentity,
    content: object,
    options: PublishOptions = {},
  ): Promise<FeedMessage> => {
    this.options.push(options)
    await this.gate
    const failure = this.failures.shift()
    if (failure) throw failure
    const stored = signedMessage(identity, this.#last.get(identity.id), content)
    this.#last.set(identity.id, stored)
    const message = parseMessage(stored.key, stored.value)
    this.messages.push(message)
    return message
  }

  byKey = async (key: MessageKey) => this.messages.find((message) => message.key === key)
}

const setting = (disk = new Disk(), memory: readonly FeedMessage[] = disk.messages) => {
  const conflicts: ConflictFacts[] = []
  const guard = createSignGuard({
    chainId,
    epochAt: () => 0,
    ownFeeds: [self.id],
    append: disk.append,
    messageByKey: disk.byKey,
    onConflict: (facts) => conflicts.push(facts),
  })
  for (const message of memory) guard.remember(message)
  return { guard, disk, conflicts }
}

const open = (...given: Parameters<typeof setting>) => {
  const started = setting(...given)
  started.guard.allow()
  return started
}

interface Vote {
  readonly draft: Draft
  readonly bytes: Uint8Array
}

const commit = (label: string, height = 5, round = 1): Vote => {
  const value = { block: strangeHash(label), xRoot: strangeHash('results') }
  const draft: Draft = { type: 'commit', height, round, precommitted: keyNamed(label), ...value }
  return { draft, bytes: bytesOf('commit', height, round, value) }
}

const skip = (height = 5, round = 1): Vote => {
  const draft: Draft = { type: 'precommit', skip: true, height, round, entry: null }
  return { draft, bytes: bytesOf('skip', height, round, {}) }
}

const seal = (state: string): Vote => {
  const value = { block: strangeHash('b'), xRoot: strangeHash('x'), stateRoot: strangeHash(state) }
  const draft: Draft = { type: 'seal', height: 5, committed: keyNamed('c'), ...value }
  return { draft, bytes: bytesOf('seal', 5, 0, value) }
}

const bytesOf = (stage: Stage, height: number, round: number, value: object) =>
  voteBytes({ chainId, epoch: 0, stage, height, round, ...value })

const say = ({ guard }: Pick<ReturnType<typeof setting>, 'guard'>, { draft, bytes }: Vote) =>
  guard.vote(self, draft, bytes, [])

/** A vote as another process with the same key would have published it. */
const contentOf = (identity: NodeIdentity, { draft, bytes }: Vote): object =>
  encodeBody({ ...draft, signature: sign(identity, bytes) } as Body)

const refused = (code: string) => expect.objectContaining({ code }) as unknown

describe('the sign guard', () => {
  it('signs a vote over its bytes', async () => {
    const node = open()
    const { draft, bytes } = commit('x')
    const message = await node.guard.vote(self, draft, bytes, [])
    expect(message.body).toEqual({ ...draft, signature: sign(self, bytes) })
  })

  it('hands on what must be durable before a vote, and before anything else it says', async () => {
    const { guard, disk } = open()
    const links = [keyNamed('certificate'), keyNamed('content')]
    const { draft, bytes } = commit('x')
    await guard.vote(self, draft, bytes, links)
    const body = {
      type: 'block',
      height: 1,
      previous: strangeHash('E(0)'),
      hash: strangeHash('E(1)'),
    } as const
    await guard.publish(self, body, links)
    expect(disk.options).toEqual([
      { durable: links, isPatient: true },
      { durable: links, isPatient: true },
    ])
  })

  it('gives what was said already when asked for the same again, and signs nothing twice', async () => {
    const node = open()
    const first = await say(node, commit('x'))
    expect(await say(node, commit('x'))).toEqual(first)
    expect(node.disk.messages).toHaveLength(1)
  })

  it('says the same thing once while it is still on its way to the disk', async () => {
    const node = open()
    const both = await Promise.all([say(node, commit('x')), say(node, commit('x'))])
    expect(both[0]).toEqual(both[1])
    expect(node.disk.messages).toHaveLength(1)
  })

  const conflicts = [
    ['another value', commit('x'), commit('y')],
    ['a skip of a round that it committed', commit('x'), skip()],
    ['a commit of a round that it skipped', skip(), commit('x')],
    ['a seal over another state', seal('one'), seal('two')],
  ] as const

  it.each(conflicts)('refuses %s, says both, and signs nothing any more', async (_name, first, second) => {
    const node = open()
    await say(node, first)
    await expect(say(node, second)).rejects.toEqual(refused('slot-taken'))
    expect(node.conflicts).toMatchObject([{ signed: toHex(first.bytes), refused: toHex(second.bytes) }])
    await expect(say(node, commit('z', 6))).rejects.toEqual(refused('signing-forbidden'))
    await expect(node.guard.publish(self, { type: 'transaction', transactions: [] })).rejects.toEqual(
      refused('signing-forbidden'),
    )
    expect(node.disk.messages).toHaveLength(1)
  })

  it.each(conflicts)(
    'refuses %s while the first is still on its way to the disk',
    async (_n, first, second) => {
      const node = open()
      const saying = say(node, first)
      await expect(say(node, second)).rejects.toEqual(refused('slot-taken'))
      await saying
      expect(node.disk.messages).toHaveLength(1)
    },
  )

  it.each(conflicts)('refuses %s after a restart', async (_name, first, second) => {
    const { disk } = open()
    await say(open(disk), first)
    const again = open(disk)
    await say(again, first)
    expect(disk.messages).toHaveLength(1)
    await expect(say(again, second)).rejects.toEqual(refused('slot-taken'))
    expect(again.conflicts).toMatchObject([{ signed: toHex(first.bytes) }])
  })

  it.each(conflicts)('refuses %s after a write that failed, and takes the first again', async (_n, a, b) => {
    const node = open()
    node.disk.failures = [new CodedError('wal-write-failed', 'no room')]
    await expect(say(node, a)).rejects.toEqual(refused('wal-write-failed'))
    await Promise.all([say(node, a), say(node, a)])
    expect(node.disk.messages).toHaveLength(1)
    node.disk.failures = [new CodedError('wal-write-failed', 'no room')]
    const second = open(node.disk, [])
    await expect(say(second, a)).rejects.toEqual(refused('wal-write-failed'))
    await expect(say(second, b)).rejects.toEqual(refused('slot-taken'))
  })

  it('refuses another certificate, proposal or empty block for one slot', async () => {
    const node = open()
    const certificate: CertificateBody = {
      type: 'committed',
      skip: false,
      height: 5,
      round: 0,
      assembled: keyNamed('a'),
      block: strangeHash('b'),
      xRoot: strangeHash('x'),
      stateRoot: null,
      signers: [0, 1],
      signatures: [sign(self, new Uint8Array(1)), sign(self, new Uint8Array(2))],
      root: strangeHash('r'),
    }
    const first = await node.guard.publish(self, certificate)
    expect(await node.guard.publish(self, certificate)).toEqual(first)
    const again = open(node.disk)
    const fewer = { ...certificate, signers: [0, 2] }
    await expect(again.guard.publish(self, fewer)).rejects.toEqual(refused('slot-taken'))
  })

  it('says any number of transactions', async () => {
    const node = open()
    for (let count = 0; count < 3; count++)
      await node.guard.publish(self, { type: 'transaction', transactions: [new Uint8Array(3)] })
    expect(node.disk.messages).toHaveLength(3)
  })

  it('signs nothing before own feeds are known to be complete', async () => {
    const { guard, disk } = setting()
    await expect(say({ guard }, commit('x'))).rejects.toMatchObject({
      code: 'signing-forbidden',
      data: { reason: 'not-recovered' },
    })
    await expect(guard.publish(self, { type: 'transaction', transactions: [] })).rejects.toThrow()
    expect(disk.messages).toEqual([])
    guard.allow()
    await say({ guard }, commit('x'))
    expect(disk.messages).toHaveLength(1)
  })

  it('signs nothing once forbidden, whoever allows it', async () => {
    const { guard } = open()
    guard.forbid('own-feed-forked')
    guard.forbid('halted')
    guard.allow()
    expect(guard.forbidden).toBe('own-feed-forked')
    await expect(say({ guard }, commit('x'))).rejects.toEqual(refused('signing-forbidden'))
  })

  it('refuses slots below those it remembers', async () => {
    const node = open()
    for (let height = 1; height <= 300; height++) await say(node, commit('x', height))
    await expect(say(node, commit('x', 1))).rejects.toEqual(refused('slot-forgotten'))
    await expect(say(node, commit('y', 20, 9))).rejects.toEqual(refused('slot-forgotten'))
    expect(node.conflicts).toEqual([])
    await say(node, commit('x', 300))
    expect(node.disk.messages).toHaveLength(300)
  })

  it('finds in its own feed that its key has signed two things already', async () => {
    const disk = new Disk()
    for (const vote of [commit('x'), commit('y')]) await disk.append(self, contentOf(self, vote))
    const { guard, conflicts: found } = open(disk)
    expect(found).toHaveLength(1)
    expect(guard.forbidden).toBe('slot-taken')
  })

  it('leaves the feeds of others alone', async () => {
    const disk = new Disk()
    await disk.append(other, contentOf(other, commit('y')))
    await say(open(disk), commit('x'))
    expect(disk.messages).toHaveLength(2)
  })
})
