import type { Hash, MessageKey } from '../feeds/index.js'
import type { ReplayEnd } from '../audit/index.js'
import type { Millis } from '../protocol/index.js'
import type { FeedRole } from '../roles/index.js'
import type { LifeCharge } from './charges.js'
import type { Ground } from './grounds.js'
import type { Sighting } from './sightings.js'
import type { ViewpointName } from './viewpoint.js'

/** The life of one block: all that was said and done about its height, in order. */
export interface BlockLife {
  readonly chainId: Hash
  readonly height: number
  readonly validators: number
  readonly quorum: number
  /** The first one gives the order; sightings name the others by index. */
  readonly viewpoints: readonly ViewpointName[]
  /** What the height came to, as far as the sources tell. */
  readonly outcome: 'sealed' | 'executed' | ReplayEnd
  readonly block: LifeBlock | null
  readonly events: readonly LifeEvent[]
  /** Everything that the rules did not allow. */
  readonly charges: readonly LifeCharge[]
}

/** What was executed. */
export interface LifeBlock {
  readonly id: Hash
  readonly parent: Hash
  /** Whose certificate decided it. */
  readonly round: number
  readonly xRoot: Hash
  readonly stateRoot: Hash
  readonly transactions: number
  readonly failed: number
}

export type LifeKind =
  | 'content'
  | 'slot'
  | 'proposal'
  | 'precommit'
  | 'skip'
  | 'commit'
  | 'seal'
  | 'precommitted'
  | 'skipped'
  | 'committed'
  | 'sealed'
  /** Something that does not belong to the height's protocol. */
  | 'other'

/** Something that was said, in a signed message; or what a viewpoint's core did when it took one. */
export type LifeEvent = Said | Done

export interface Said {
  readonly event: 'said'
  readonly kind: LifeKind
  /** Null for what is of no round. */
  readonly round: number | null
  readonly member: string
  readonly role: FeedRole
  readonly key: MessageKey
  readonly sequence: number
  /** Of the author's clock, which proves nothing. */
  readonly timestamp: Millis
  readonly links: readonly MessageKey[]
  /** The message in few words: what it names, or how much it holds. */
  readonly about: string
  readonly signers: readonly string[]
  /** Who received it when, by the receivers' clocks; empty where no viewpoint did. */
  readonly seen: readonly Sighting[]
  readonly at: Millis | null
  readonly grounds: readonly Ground[]
  /** False if it is charged with something; null where no source holds what would tell. */
  readonly allowed: boolean | null
  readonly charges: readonly LifeCharge[]
}

export interface Done {
  readonly event: 'done'
  readonly kind: 'entered' | 'decided' | 'executed' | 'sealed'
  readonly round: number | null
  /** Index of the viewpoint whose core did it. */
  readonly viewpoint: number
  readonly member: string
  readonly at: Millis
  readonly cause: MessageKey
}
