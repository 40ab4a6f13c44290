import type { FeedId, FeedMessage, MessageKey } from '../../../src/feeds/index.js'
import {
  type EvidenceProof,
  type Finding,
  isEvidenceCode,
  type Law,
  lawOf,
  makeEvidence,
  type Quote,
  type Sign,
  Watch,
} from '../../../src/protocol/index.js'
import type { Fault } from './faults/index.js'
import type { SimulatedNode } from './node.js'
import { expectThat, type Observer } from './observer.js'
import { originalOf } from './substrate/wire.js'
import type { World } from './world.js'

/** What correct nodes found out about others. */
export interface Found {
  /** The world it was found in: its network is all that a verifier of a proof needs. */
  world?: World
  readonly proofs: EvidenceProof[]
  /** Findings that prove nothing to a stranger. */
  readonly evident: Finding[]
  /** By the name of the node whose messages were refused: the codes. */
  readonly refused: Map<string, Set<string>>
}

export const nothingFound = (): Found => ({ proofs: [], evident: [], refused: new Map() })

/** Every correct node has a watch beside its core, as real nodes have; what they find is put into `found`. */
export const watched = (found: Found): Fault => ({
  name: 'watched',
  install(world) {
    found.world = world
    world.observe(new Watchers(world, found))
  },
})

/** Takes the part of the node around a watch: shows it everything that is read, and looks up what it asks for. */
class Watchers implements Observer {
  readonly #law: Law
  readonly #watches = new Map<SimulatedNode, Watch>()
  readonly #messages = new Map<MessageKey, FeedMessage>()

  constructor(
    private readonly world: World,
    private readonly report: Found,
  ) {
    this.#law = lawOf(world.cast.network, world.cast.scheme.verify)
  }

  published(_node: SimulatedNode, message: FeedMessage): void {
    this.#messages.set(message.key, message)
  }

  /** A watch begins anew with each life, and reads everything again. */
  booted(node: SimulatedNode): void {
    if (node.behaviour.correct) this.#watches.set(node, new Watch(this.#law))
  }

  readonly stepped: NonNullable<Observer['stepped']> = (node, event, effects) => {
    const watch = this.#watches.get(node)
    if (!watch) return
    if (event.kind === 'messages') {
      for (const message of event.messages) this.#heed(node, watch, watch.take(message))
    }
    if (event.kind === 'fetched') for (const message of event.messages) this.#show(node, message)
    for (const effect of effects) {
      if (effect.kind === 'verdict' && effect.refusal.verdict === 'reject') {
        this.#refused(effect.author, effect.refusal.code)
      }
    }
  }

  /** The second branch of a feed, which the substrate drops but shows as evidence, beside what it contradicts. */
  contradicted(node: SimulatedNode, held: FeedMessage, shown: FeedMessage): void {
    const watch = this.#watches.get(node)
    if (watch) this.#heed(node, watch, watch.weigh(held, shown))
  }

  #show(node: SimulatedNode, message: FeedMessage): void {
    const watch = this.#watches.get(node)
    const owner = this.world.nodeOf(message.author)
    if (watch && owner) this.#heed(node, watch, watch.takeFetched(message, owner.member.id))
  }

  #heed(node: SimulatedNode, watch: Watch, signs: readonly Sign[]): void {
    for (const sign of signs) {
      switch (sign.kind) {
        case 'finding':
          this.#note(sign.finding)
          break
        case 'compare':
          this.#heed(node, watch, this.#compared(node, watch, sign.quote))
          break
        case 'fetch': {
          const message = node.store.get(sign.key) ?? this.#askFor(node, sign.key, sign.from)
          if (message) this.#heed(node, watch, watch.takeFetched(message, sign.from))
          break
        }
        case 'scan':
          for (const message of node.store.from(sign.feed, 1)) {
            if ('height' in message.body && message.body.height === sign.height) {
              this.#heed(node, watch, watch.weigh(message, sign.suspect))
            }
          }
      }
    }
  }

  #compared(node: SimulatedNode, watch: Watch, { feed, sequence, key, by }: Quote): readonly Sign[] {
    const [held] = node.store.from(feed, sequence, 1)
    const quoted = node.store.get(key) ?? this.#askFor(node, key, by)
    return held && quoted ? watch.weigh(held, quoted) : []
  }

  #askFor(node: SimulatedNode, key: MessageKey, from: FeedId): FeedMessage | undefined {
    const peer = this.world.nodeOf(from)
    const message = peer?.store.get(key)
    return peer && message && peer.behaviour.shows(message, node) ? message : undefined
  }

  #note(finding: Finding): void {
    const { code, grade, messages } = finding
    if (grade === 'evident') {
      this.report.evident.push(finding)
      return
    }
    const values = messages.flatMap((key) => this.#messages.get(key) ?? []).map(originalOf)
    expectThat(isEvidenceCode(code), 'unknown-evidence', { code })
    const evidence = makeEvidence(this.#law, code, values)
    expectThat(evidence.verdict === 'accept', 'proof-that-proves-nothing', { code, evidence })
    this.report.proofs.push(evidence.proof)
  }

  #refused(author: FeedId, code: string): void {
    const name = this.world.nodeOf(author)?.name ?? author
    this.report.refused.set(name, (this.report.refused.get(name) ?? new Set<string>()).add(code))
  }
}
