import { describe, expect, it } from 'vitest'
import { followsOf } from '../../../plugins/contacts/follows.js'
import type { StoredMessage } from '../../../plugins/exchange/index.js'
import type { SsbKeys } from '../../../plugins/types/index.js'
import {
  type Body,
  type ClassicMessage,
  encodeBody,
  type FeedId,
  type FeedMessage,
  messageKeyOfValue,
  parseMessage,
} from '../../../src/feeds/index.js'
import { introduce } from '../../../src/node/introduce.js'
import { registryOf, verifyEndorsement } from '../../../src/roles/index.js'
import { testNetwork } from '../../support/network.js'
import { at } from '../../support/protocol/index.js'
import { MemoryStore, signedMessage } from '../../support/signed-feed.js'

/** Every own feed says first whose it is, and the main feed whom it follows. */
class Feeds extends MemoryStore {
  readonly published: (readonly [FeedId, Body['type']])[] = []
  readonly #last = new Map<FeedId, StoredMessage>()

  async publish(keys: SsbKeys, body: Body): Promise<FeedMessage> {
    const message = signedMessage(keys, this.#last.get(keys.id), encodeBody(body))
    this.addTrunk([message])
    this.#last.set(keys.id, message)
    const parsed = parseMessage(message.key, message.value)
    if (parsed.body.type === 'junk') throw new TypeError(parsed.body.code)
    this.published.push([keys.id, parsed.body.type])
    return parsed
  }

  override async readFeed(feed: FeedId, from: number, limit: number): Promise<ClassicMessage[]> {
    return [...(await super.readFeed(feed, from, limit))]
  }
}

const setting = (place: number) => {
  const { network, members } = testNetwork({ validators: 4, messagenodes: 3, observers: 1 })
  const member = at(members, place)
  const roles = new Map(member.roles.map((identity) => [identity.role, identity]))
  return { network, feeds: new Feeds(), config: { network, main: member.owner, roles } }
}

const bodiesOf = async (feeds: Feeds, feed: FeedId) => {
  const values = await feeds.readFeed(feed, 1, 1000)
  return values.map((value) => parseMessage(messageKeyOfValue(value), value).body)
}

describe('introducing a node', () => {
  it.each([
    ['a validator', 0, 4],
    ['a Messagenode', 4, 5],
    ['an observer', 7, 0],
  ])('opens each role feed of %s with its endorsement', async (_name, place, count) => {
    const { network, feeds, config } = setting(place)
    await introduce(feeds, feeds, config)
    expect(config.roles.size).toBe(count)
    for (const { id } of config.roles.values()) {
      const [first, ...rest] = await bodiesOf(feeds, id)
      if (first?.type !== 'identity') throw new TypeError('an identity first')
      expect(verifyEndorsement(network.networkId, id, first)).toMatchObject({ verdict: 'accept' })
      expect([first.owner, rest]).toEqual([config.main.id, []])
    }
  })

  it.each([0, 4, 7])('follows from the main feed whom the registry says', async (place) => {
    const { network, feeds, config } = setting(place)
    await introduce(feeds, feeds, config)
    const bodies = await bodiesOf(feeds, config.main.id)
    const follows = followsOf(registryOf(network), config.main.id)
    expect(follows.length).toBeGreaterThan(0)
    expect(bodies).toEqual(follows.map((contact) => ({ type: 'contact', contact, following: true })))
  })

  it('says nothing again at the next start', async () => {
    const { feeds, config } = setting(4)
    await introduce(feeds, feeds, config)
    const before = feeds.published.length
    await introduce(feeds, feeds, config)
    expect(feeds.published).toHaveLength(before)
  })

  it('goes on where it was interrupted', async () => {
    const { feeds, config } = setting(4)
    await introduce(feeds, feeds, config)
    const whole = feeds.published
    const cut = new Feeds()
    const publish = cut.publish.bind(cut)
    cut.publish = (keys, body) =>
      cut.published.length === 7 ? Promise.reject(new Error('power is gone')) : publish(keys, body)
    await expect(introduce(cut, cut, config)).rejects.toThrow()
    cut.publish = publish
    await introduce(cut, cut, config)
    expect(cut.published).toEqual(whole)
  })
})
