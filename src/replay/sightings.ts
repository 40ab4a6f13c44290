import type { MessageKey } from '../feeds/index.js'
import type { Effect, Millis, PendingWork } from '../protocol/index.js'
import type { NodeReplay } from './node-replay.js'

/** When one viewpoint received a message. */
export interface Sighting {
  /** Index of the viewpoint. */
  readonly viewpoint: number
  readonly at: Millis
  /** How many messages it had received then, this one included. */
  readonly order: number
}

/** What the core of a viewpoint's node did about the height when it took a message. */
export interface Deed extends Sighting {
  readonly kind: 'entered' | 'decided' | 'executed' | 'sealed'
  readonly round: number | null
  /** The message that let it. */
  readonly cause: MessageKey
}

/** Where and when things were seen and done. */
export class Sightings {
  readonly deeds: Deed[] = []
  readonly #seen = new Map<MessageKey, Sighting[]>()
  readonly #pending = new Map<MessageKey, PendingWork>()

  /** @param keys the messages that matter */
  constructor(
    private readonly height: number,
    private readonly keys: ReadonlySet<MessageKey>,
  ) {}

  /** Looks through the eyes of one node, from its first message to its last. */
  async look(viewpoint: number, replay: NodeReplay, onMessage: () => void): Promise<void> {
    for await (const { stored, pending, effects } of replay.steps()) {
      onMessage()
      const sighting = { viewpoint, at: stored.receivedAt, order: replay.received }
      if (pending) this.#pending.set(stored.key, pending)
      if (this.keys.has(stored.key)) {
        this.#seen.set(stored.key, [...(this.#seen.get(stored.key) ?? []), sighting])
      }
      for (const effect of effects) {
        const deed = deedIn(effect, this.height)
        if (deed) this.deeds.push({ ...deed, ...sighting, cause: stored.key })
      }
    }
  }

  /** By viewpoint. */
  of(key: MessageKey): readonly Sighting[] {
    return this.#seen.get(key) ?? []
  }

  /** What could have been decided where the author of this skip vote skipped; unknown without its own log. */
  pendingAt(skip: MessageKey): PendingWork | undefined {
    return this.#pending.get(skip)
  }
}

const deedIn = (effect: Effect, height: number): Pick<Deed, 'kind' | 'round'> | null => {
  switch (effect.kind) {
    case 'entered':
      return effect.height === height ? { kind: 'entered', round: effect.round } : null
    case 'decided':
    case 'sealed':
      return effect.height === height ? { kind: effect.kind, round: null } : null
    case 'executed':
      return effect.block.height === height ? { kind: 'executed', round: null } : null
    default:
      return null
  }
}
