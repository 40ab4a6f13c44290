import type { FeedId } from '../../src/feeds/index.js'
import type { Targets } from '../dialler/index.js'
import type { LinkRefusal } from '../registry-admission/index.js'

/**
 * All that the stack asks about who belongs together, seen from one node: a network's registry answers it
 * (`registry-circle.ts`), and so does any other list of members. A value never changes.
 */
export interface Circle {
  /** Whether messages of this feed are taken at all. */
  admits(feed: FeedId): boolean
  /** The code of why this main identity may not be linked to this node; undefined if it may. */
  refusalOf(peer: string): LinkRefusal | undefined
  /** What that peer may call when it dialled us. */
  rpcsOf(peer: FeedId): readonly string[]
  /** What anyone may call whom we dialled. */
  readonly rpcsOfDialled: readonly string[]
  /** Feeds to replicate, the own ones among them. */
  readonly wanted: ReadonlySet<FeedId>
  readonly own: ReadonlySet<FeedId>
  /** Whom to dial. */
  readonly dialled: Targets
}

/** The circle as it stands now. */
export interface Circles {
  current(): Circle
  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void
}

export const unchanging = (circle: Circle): Circles => ({
  current: () => circle,
  onChange: () => () => undefined,
})
