import { verifyCertificate } from '../../../../src/feeds/index.js'
import type {
  AssembledBody,
  CertificateBody,
  Electorate,
  FeedId,
  FeedMessage,
  MessageKey,
  MessageOf,
  SkipCertificateBody,
} from '../../../../src/feeds/index.js'
import type { Effect, Event, Millis } from '../../../../src/protocol/index.js'
import { electorateOf } from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import type { SimulatedNode } from '../node.js'
import type { Observer } from '../observer.js'
import type { SignatureScheme } from '../signatures.js'

export type Certificate = MessageOf<CertificateBody> | MessageOf<SkipCertificateBody>
export type Proposal = MessageOf<AssembledBody>

/** Something that a core was handed. */
export interface Handed<M> {
  readonly message: M
  /** When it came first, on the node's clock. */
  readonly at: Millis
  /** Whether the core must know it, and not only may: it was not left in a feed for later. */
  readonly due: boolean
}

/** What a core was handed of one height. */
export interface HeightKnowledge {
  readonly precommitted: Map<number, Handed<MessageOf<CertificateBody>>[]>
  readonly skipped: Map<number, Handed<MessageOf<SkipCertificateBody>>[]>
  readonly committed: Handed<MessageOf<CertificateBody>>[]
  readonly sealed: Handed<MessageOf<CertificateBody>>[]
  readonly proposals: Map<number, Handed<Proposal>[]>
}

/** What a core was handed in its present life. */
export interface NodeKnowledge {
  readonly byKey: Map<MessageKey, FeedMessage>
  readonly heights: Map<number, HeightKnowledge>
  readonly forked: Set<FeedId>
  readonly paused: Set<FeedId>
  /** Read on from the next step. */
  readonly released: Set<FeedId>
  decided: number
  executed: number
}

/** Heights above the executed one that every core takes in whatever it is handed (protocol section 5, window). */
const CERTAIN_HEIGHTS = 1

/** Keeps what each correct node was handed: what its votes and proposals may rest on, judged apart from its core. */
export class Knowledge implements Observer {
  readonly #byNode = new Map<SimulatedNode, NodeKnowledge>()
  readonly #valid = new Map<MessageKey, boolean>()
  readonly #electorate: Electorate

  constructor(
    network: Network,
    private readonly scheme: SignatureScheme,
  ) {
    this.#electorate = electorateOf(network, network.genesis)
  }

  of(node: SimulatedNode): NodeKnowledge {
    const known = this.#byNode.get(node) ?? nothingKnown()
    this.#byNode.set(node, known)
    return known
  }

  at(node: SimulatedNode, height: number): HeightKnowledge {
    return heightIn(this.of(node), height)
  }

  booted(node: SimulatedNode): void {
    this.#byNode.set(node, nothingKnown())
  }

  stepped(node: SimulatedNode, event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    const known = this.of(node)
    for (const feed of known.released) known.paused.delete(feed)
    known.released.clear()
    for (const effect of effects) if (effect.kind === 'pause') known.paused.add(effect.feed)
    if (event.kind === 'forked') known.forked.add(event.feed)
    if ('messages' in event) {
      for (const message of event.messages) this.#hand(node, known, message, event.kind)
    }
    for (const effect of effects) {
      if (effect.kind === 'reread') known.released.add(effect.feed)
      if (effect.kind === 'decided') known.decided = effect.height
      if (effect.kind === 'executed') known.executed = effect.block.height
    }
  }

  #hand(node: SimulatedNode, known: NodeKnowledge, message: FeedMessage, kind: Event['kind']): void {
    known.byKey.set(message.key, message)
    const { body } = message
    if (!('height' in body)) return
    const near = body.height <= known.executed + CERTAIN_HEIGHTS
    const due = near && (kind === 'fetched' ? node.isValidator : !known.paused.has(message.author))
    const height = heightIn(known, body.height)
    const handed = { at: node.clock, due }
    if (body.type === 'assembled') {
      enter(listAt(height.proposals, body.round), { ...handed, message: { ...message, body } })
    } else if (isCertificate(message) && this.isValid(message)) {
      enterCertificate(height, message, handed)
    }
  }

  /** Whether a certificate proves what it says, by the rules as they are shipped. */
  isValid(message: Certificate): boolean {
    const known = this.#valid.get(message.key)
    if (known !== undefined) return known
    const { verdict } = verifyCertificate(message.body, this.#electorate, this.scheme.verify)
    this.#valid.set(message.key, verdict === 'accept')
    return verdict === 'accept'
  }
}

const isCertificate = (message: FeedMessage): message is Certificate =>
  message.body.type === 'precommitted' || message.body.type === 'committed' || message.body.type === 'sealed'

const enterCertificate = (
  height: HeightKnowledge,
  message: Certificate,
  handed: Omit<Handed<unknown>, 'message'>,
): void => {
  const { body } = message
  if (body.skip) enter(listAt(height.skipped, body.round), { ...handed, message: { ...message, body } })
  else if (body.type === 'precommitted') {
    enter(listAt(height.precommitted, body.round), { ...handed, message: { ...message, body } })
  } else enter(height[body.type], { ...handed, message: { ...message, body } })
}

/** Keeps the first time of each message, and whether it was ever due. */
const enter = <M extends FeedMessage>(list: Handed<M>[], handed: Handed<M>): void => {
  const index = list.findIndex(({ message }) => message.key === handed.message.key)
  const earlier = list[index]
  if (!earlier) list.push(handed)
  else if (handed.due) list[index] = { ...earlier, due: true }
}

const listAt = <T>(lists: Map<number, T[]>, round: number): T[] => {
  const known = lists.get(round) ?? []
  lists.set(round, known)
  return known
}

const heightIn = ({ heights }: NodeKnowledge, height: number): HeightKnowledge => {
  const known = heights.get(height) ?? {
    precommitted: new Map(),
    skipped: new Map(),
    committed: [],
    sealed: [],
    proposals: new Map(),
  }
  heights.set(height, known)
  return known
}

const nothingKnown = (): NodeKnowledge => ({
  byKey: new Map(),
  heights: new Map(),
  forked: new Set(),
  paused: new Set(),
  released: new Set(),
  decided: 0,
  executed: 0,
})

/** The rounds of these that a core must know of. */
export const dueRounds = (byRound: ReadonlyMap<number, readonly Handed<unknown>[]>): number[] =>
  [...byRound].filter(([, list]) => list.some(({ due }) => due)).map(([round]) => round)
