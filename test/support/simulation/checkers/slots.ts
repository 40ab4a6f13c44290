import { stageOf } from '../../../../src/feeds/index.js'
import type { Body, FeedMessage } from '../../../../src/feeds/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/**
 * No correct node ever says two things in one place, in all its lives: one vote per stage and round, never commit
 * and skip of one round, one proposal per round and in turn, one certificate per stage and round, one slot per
 * height (protocol section 5), one message per sequence number of a feed.
 */
export class SlotChecker implements Observer {
  readonly #slots = new Map<string, string>()

  constructor(private readonly messagenodes: readonly string[]) {}

  published(node: SimulatedNode, message: FeedMessage): void {
    const { author, sequence, body } = message
    if (!node.behaviour.correct) return
    // A sequence number used twice forks the feed, whatever the messages say.
    this.#take(node, `${author} ${sequence}`, message)
    if (!hasHeight(body)) return
    for (const slot of slotsOf(body)) this.#take(node, slot, message)
    if (body.type === 'assembled') {
      const turn = this.messagenodes[(body.height + body.round) % this.messagenodes.length]
      expectThat(turn === node.name, 'assembled-out-of-turn', { node: node.name, turn })
    }
  }

  #take(node: SimulatedNode, slot: string, { key, body }: FeedMessage): void {
    const name = `${node.name} ${slot}`
    const taken = this.#slots.get(name) ?? key
    expectThat(taken === key, 'slot-taken-twice', { node: node.name, slot, type: body.type, taken, key })
    this.#slots.set(name, key)
  }
}

type Numbered = Extract<Body, { readonly height: number }>

export const hasHeight = (body: FeedMessage['body']): body is Numbered => 'height' in body

/** Every place a message fills: a commit and a skip share one. */
export const slotsOf = (body: Numbered): readonly string[] => {
  const { height } = body
  switch (body.type) {
    case 'block':
      return [`block ${height}`]
    case 'assembled':
      return [`assembled ${height} ${body.round}`]
    case 'seal':
      return [`seal ${height}`]
    case 'precommit':
      return body.skip
        ? [`skip ${height} ${body.round}`, `commit or skip ${height} ${body.round}`]
        : [`precommit ${height} ${body.round}`]
    case 'commit':
      return [`commit or skip ${height} ${body.round}`]
    case 'precommitted':
    case 'committed':
    case 'sealed':
      return [`certificate ${stageOf(body)} ${height} ${body.round}`]
  }
}
