import { encodeBody } from '../../../../src/feeds/index.js'
import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { Effect, Millis, Publish } from '../../../../src/protocol/index.js'
import { feedsOf } from '../../../../src/roles/index.js'
import type { FeedRole } from '../../../../src/roles/index.js'
import { CORRECT } from '../behaviour.js'
import type { Behaviour } from '../behaviour.js'
import { counterTransaction } from '../counter-application.js'
import type { Fault } from '../faults/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import { feedMessage } from '../substrate/wire.js'
import type { World } from '../world.js'
import { nodeNamed } from './nodes.js'

/** Directions that schedules are made of: who says what, when, and who is shown it. */

export const direct = (name: string, install: (world: World) => void): Fault => ({ name, install })

/** A traitor, with the manners given. */
export const betrays = (
  name: string,
  manners: (world: World, self: SimulatedNode) => Partial<Behaviour>,
): Fault =>
  direct(`${name} betrays`, (world) => {
    const node = nodeNamed(world, name)
    node.behaviour = { ...CORRECT, ...manners(world, node), name: 'directed', correct: false }
  })

/** Never says a word of its own, but passes on what others say. */
export const mute = (name: string): Fault => betrays(name, () => ({ publishes: () => [] }))

export const saysOnly =
  (...types: readonly Publish['draft']['type'][]): Behaviour['publishes'] =>
  (effect) =>
    types.includes(effect.draft.type) ? [effect] : []

/** A transaction of its own number in the lane of a validator. */
export const submits = (name: string, atMs: Millis, number: number): Fault =>
  direct(`${name} submits`, (world) =>
    says(
      world,
      name,
      atMs,
      encodeBody({ type: 'transaction', transactions: [counterTransaction(number, false)] }),
    ),
  )

/** Content that no schema accepts, of about so many bytes, in the lane of a validator. */
export const submitsJunk = (name: string, atMs: Millis, size: number): Fault =>
  direct(`${name} submits junk`, (world) =>
    says(world, name, atMs, { type: 'transaction', data: { txs: 'x'.repeat(size) } }),
  )

const says = (world: World, name: string, atMs: Millis, content: object): void => {
  const node = nodeNamed(world, name)
  world.schedule.after(atMs, () => node.publisher.publishContent('transaction-validator', content))
}

/** No link between the two for a time. */
export const cutOff = (one: string, others: readonly string[], fromMs: Millis, untilMs: Millis): Fault =>
  direct('cut off', (world) => {
    const node = nodeNamed(world, one)
    for (const other of others.map((name) => nodeNamed(world, name))) {
      world.schedule.after(fromMs, () => world.fabric.cut(node, other))
      if (untilMs < Infinity) world.schedule.after(untilMs, () => world.fabric.heal(node, other))
    }
  })

/**
 * Forks one feed of a traitor: to the victims it shows a branch that ends with its second message, so that nothing
 * of the other branch ever reaches them by replication. Everyone else holds the other branch before they hear of it.
 */
export const dam = (name: string, role: FeedRole, victims: readonly string[], atMs: Millis): Fault =>
  direct('dam', (world) => {
    const node = nodeNamed(world, name)
    world.schedule.after(atMs, () => node.publisher.publishContent(role, nonsense('for friends')))
    world.schedule.after(atMs + DAM_MS, () => {
      const feed = feedOf(node, role)
      const [first] = node.store.from(feed, 1, 1)
      if (!first) throw new RangeError('a feed opens with its identity')
      const place = { author: feed, sequence: 2, previous: first.key, timestamp: first.timestamp + 1 }
      const end = feedMessage(place, nonsense('for victims'), world.cast.keyOf(node.member.id, role))
      for (const victim of victims) nodeNamed(world, victim).receive([end])
    })
  })

/** Longer than a disk takes in calm weather, and shorter than a hop. */
const DAM_MS = 1

const nonsense = (text: string): object => ({ type: 'nonsense', data: { text } })

export const feedOf = (node: SimulatedNode, role: FeedRole): FeedId => {
  const found = feedsOf(node.member).find(([own]) => own === role)
  if (!found) throw new RangeError(`${node.name} has no ${role}`)
  return found[1]
}

/** Rounds of one height that anyone may enter: more of them are rounds that spin. */
export const roundsAtMost = (limit: number): Fault =>
  direct('rounds bounded', (world) =>
    world.observe({
      stepped: (node, _event, effects: readonly Effect[]) => {
        for (const effect of effects) {
          if (effect.kind !== 'entered') continue
          const facts = { node: node.name, height: effect.height, round: effect.round }
          expectThat(effect.round <= limit, 'rounds-spin', facts)
        }
      },
    }),
  )

/** The longest timeout of a round 0 that anyone may set. */
export const timeoutsAtMost = (limitMs: Millis): Fault =>
  direct('timeouts bounded', (world) => {
    const rounds = new Map<SimulatedNode, number>()
    world.observe({
      stepped: (node, _event, effects) => {
        for (const effect of effects) {
          if (effect.kind === 'entered') rounds.set(node, effect.round)
          if (effect.kind !== 'timer' || effect.timer !== 'round' || effect.delayMs === null) continue
          const isFirst = (rounds.get(node) ?? 0) === 0
          expectThat(!isFirst || effect.delayMs <= limitMs, 'timeout-inflates', {
            node: node.name,
            ...effect,
          })
        }
      },
    })
  })

export const isOwn = (node: SimulatedNode, { author }: FeedMessage): boolean => node.ownFeeds.has(author)
