import type { FeedId, FeedMessage, MessageKey } from '../feeds/index.js'
import { contextOf } from '../audit/audit.js'
import { type CheckedArrival, checkedBatches } from '../audit/reading/batches.js'
import { Library } from '../audit/reading/library.js'
import { merged } from '../audit/reading/merge.js'
import { plainScreen, type Screen } from '../audit/reading/screen.js'
import { Shelving } from '../audit/reading/shelving.js'
import type { SourceMessage } from '../audit/index.js'
import {
  type Application,
  type Context,
  type Core,
  type Effect,
  type Event,
  type Law,
  messagenodeCore,
  type PendingWork,
  pendingWork,
  validatorCore,
  type ValidatorState,
} from '../protocol/index.js'
import type { Member } from '../roles/index.js'
import type { Viewpoint } from './viewpoint.js'

/** One message as the node received it, and what its core made of it. */
export interface NodeStep {
  readonly stored: SourceMessage
  /** Null for a message of no member, or one that came again. */
  readonly message: FeedMessage | null
  /** With the node's own skip vote: what could have been decided before it, if anything. */
  readonly pending: PendingWork | null
  readonly effects: readonly Effect[]
}

/**
 * A node as it was: the very core that it ran is told the messages of its log in their order of arrival, as when it
 * starts again, and is never told that it may sign. What it publishes comes from the log.
 */
export class NodeReplay {
  /** What has been received so far. */
  readonly library: Library
  readonly #shelving: Shelving
  readonly #screen: Screen
  readonly #core: RunningCore
  /** Feeds that the core does not want to read on for now. */
  readonly #paused = new Set<FeedId>()
  readonly #last = new Map<FeedId, { readonly sequence: number; readonly key: MessageKey }>()
  #received = 0

  constructor(
    { law, application }: { readonly law: Law; readonly application: Application<unknown> },
    private readonly viewpoint: Viewpoint,
  ) {
    const { network, verify } = law
    this.library = new Library([viewpoint.source])
    this.#shelving = new Shelving(law, this.library)
    this.#screen = plainScreen(law)
    this.#core = runningCore(contextOf({ network, application, verify }), viewpoint.member)
  }

  /** Messages received so far, also those of no member. */
  get received(): number {
    return this.#received
  }

  /** The validator's state, if this is a validator. */
  get validator(): ValidatorState<unknown> | null {
    return this.#core.validator()
  }

  /** Where each feed ends that was received. */
  get tips(): ReadonlyMap<FeedId, { readonly sequence: number; readonly key: MessageKey }> {
    return this.#last
  }

  /** Everything up to a moment, which is judged before each message. @throws CodedError as sources do */
  async *steps(endsBefore: (stored: SourceMessage) => boolean = () => false): AsyncGenerator<NodeStep> {
    const { source } = this.viewpoint
    for await (const arrival of this.#arrivals()) {
      const { stored } = arrival
      if (endsBefore(stored)) return
      this.#received++
      const taken = await this.#shelving.take(source.name, arrival)
      if (taken?.shelved.kind !== 'next') {
        yield { stored, message: taken?.message ?? null, pending: null, effects: [] }
        continue
      }
      const { message } = taken
      this.#last.set(message.author, { sequence: message.sequence, key: message.key })
      const pending = this.#pendingBefore(message)
      const effects = await this.#tell(stored, message)
      yield { stored, message, pending, effects }
    }
  }

  async *#arrivals(): AsyncGenerator<CheckedArrival> {
    const sources = [this.viewpoint.source]
    const isKnown = (key: MessageKey): boolean => this.library.has(key)
    for await (const batch of checkedBatches(sources, merged(sources), this.#screen, isKnown)) yield* batch
  }

  #pendingBefore({ author, body }: FeedMessage): PendingWork | null {
    const { member } = this.viewpoint
    const validator = this.#core.validator()
    const isOwnSkip =
      body.type === 'precommit' &&
      body.skip &&
      member?.kind === 'validator' &&
      member.roles.precommitter === author
    return isOwnSkip && validator?.round.height === body.height ? pendingWork(validator) : null
  }

  async #tell({ receivedAt: at }: SourceMessage, message: FeedMessage): Promise<readonly Effect[]> {
    if (this.#paused.has(message.author)) return []
    const effects = [...this.#step({ kind: 'messages', at, messages: [message] })]
    // Effects of reading on may be to read on with yet another feed.
    for (const effect of effects) {
      if (effect.kind === 'reread') effects.push(...(await this.#readOn(effect.feed, effect.from, at)))
    }
    return effects
  }

  async #readOn(feed: FeedId, from: number, at: number): Promise<readonly Effect[]> {
    const effects: Effect[] = []
    for (let sequence = from; !this.#paused.has(feed); sequence++) {
      const message = await this.library.at(feed, sequence)
      if (!message) break
      effects.push(...this.#step({ kind: 'messages', at, messages: [message] }))
    }
    return effects
  }

  #step(event: Event): readonly Effect[] {
    const effects = this.#core.step(event)
    for (const effect of effects) {
      if (effect.kind === 'pause') this.#paused.add(effect.feed)
      if (effect.kind === 'reread') this.#paused.delete(effect.feed)
    }
    return effects
  }
}

/** A core with its state, whatever kind of node it is of. */
interface RunningCore {
  step(event: Event): readonly Effect[]
  validator(): ValidatorState<unknown> | null
}

/** Whoever is no validator sees what a Messagenode does. */
const runningCore = (context: Context<unknown>, member: Member | null): RunningCore => {
  const own = member ? { ...context, self: member.id } : context
  if (member?.kind === 'validator') return running(validatorCore(own), (state) => state)
  return running(messagenodeCore(own), () => null)
}

const running = <S>(
  core: Core<S>,
  validatorOf: (state: S) => ValidatorState<unknown> | null,
): RunningCore => {
  let state = core.initial
  return {
    step(event) {
      const next = core.step(state, event)
      state = next.state
      return next.effects
    },
    validator: () => validatorOf(state),
  }
}
