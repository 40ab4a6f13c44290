import type { FeedId } from '../../src/feeds/index.js'
import { feedIdBytes } from '../../src/feeds/index.js'
import type { Messagenode, Registry } from '../../src/roles/index.js'
import { compareBytes } from '../../src/util/index.js'
import { addressOf } from '../registry-admission/index.js'

/** A Messagenode to be linked to, and where it listens. */
export interface Target {
  readonly id: FeedId
  readonly address: string
}

export interface Targets {
  readonly targets: readonly Target[]
  readonly warnings: readonly DialWarning[]
}

export type DialWarning =
  /** Below f_m + 1 Messagenodes, all that a validator follows may be faulty: no safety lost, but liveness. */
  | { readonly code: 'follows-too-few'; readonly followed: number; readonly needed: number }
  /** Named in the option `follow`, but no Messagenode of the registry. */
  | { readonly code: 'follow-unknown'; readonly id: FeedId }
  /** The registry gives no address; it must dial us. */
  | { readonly code: 'no-address'; readonly id: FeedId }

/**
 * Whom `self` dials: always Messagenodes. Of two Messagenodes the one with the lower key bytes dials, so that
 * they never hold two links to each other.
 *
 * @param follow main ids of Messagenodes to keep to, for validators and observers; all if left out.
 * @param faultyMessagenodes f_m of the chain parameters.
 */
export const targetsOf = (
  registry: Registry,
  self: FeedId,
  faultyMessagenodes: number,
  follow?: readonly FeedId[],
): Targets => {
  const own = registry.memberOf(self)
  if (!own) return { targets: [], warnings: [] }
  const { messagenodes } = registry.epoch
  const warnings: DialWarning[] = []

  const chosen =
    own.kind === 'messagenode'
      ? messagenodes.filter(({ id }) => dials(self, id))
      : followed(messagenodes, follow)
  if (own.kind !== 'messagenode') {
    const known = new Set(messagenodes.map(({ id }) => id))
    for (const id of follow ?? []) if (!known.has(id)) warnings.push({ code: 'follow-unknown', id })
  }
  const needed = faultyMessagenodes + 1
  if (own.kind === 'validator' && chosen.length < needed) {
    warnings.push({ code: 'follows-too-few', followed: chosen.length, needed })
  }
  const targets = chosen.flatMap(({ id, addresses }) => {
    if (addresses.ssb) return [{ id, address: addressOf(id, addresses.ssb) }]
    warnings.push({ code: 'no-address', id })
    return []
  })
  return { targets, warnings }
}

/** Of two that may both dial: the one with the lower key bytes does. */
export const dials = (self: FeedId, other: FeedId): boolean =>
  compareBytes(feedIdBytes(self), feedIdBytes(other)) < 0

const followed = (
  messagenodes: readonly Messagenode[],
  follow: readonly FeedId[] | undefined,
): readonly Messagenode[] => (follow ? messagenodes.filter(({ id }) => follow.includes(id)) : messagenodes)
