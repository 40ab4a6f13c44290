import Type, { type Static } from 'typebox'
import {
  type AssembledBody,
  blockId,
  type ClassicMessage,
  cutRoot,
  type Hash,
  type MessageKey,
  NO_MESSAGE,
  U32_MAX,
  VALIDATOR_LIMIT,
} from '../../feeds/index.js'
import { lanesOf } from '../../roles/index.js'
import type { Cut } from '../chain.js'
import type { Law } from './law.js'

/**
 * What a proposal is held against where it contradicts the lanes: the cut that it follows, and the lane messages that
 * it takes. Nothing here has to be believed. The proposal names its parent's id, which is a hash of that cut's root and of
 * little else; and it names the last message of each lane by key, which leads back through every `previous`.
 */

/** Messages of a proof, and UTF-16 code units of them all together: a block of the default capacity is half as large. */
export const LANE_MESSAGES_LIMIT = 4096
export const LANE_UNITS_LIMIT = 2_097_152

const closed = { additionalProperties: false } as const
const hash = Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' }))
const key = Type.Unsafe<MessageKey>(
  Type.String({ pattern: '^%[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\\.sha256$' }),
)
const u32 = Type.Integer({ minimum: 0, maximum: U32_MAX })

/** The block before: all that its id is a hash of, besides chain, epoch and height. */
export const PARENT_BLOCK = Type.Object(
  {
    slot: hash,
    parent: hash,
    /** Of every lane, in lane order. */
    cut: Type.Array(Type.Object({ sequence: u32, tip: key }, closed), { maxItems: VALIDATOR_LIMIT }),
    txRoot: hash,
    txCount: u32,
  },
  closed,
)

export const LANE_GROUNDS = Type.Object(
  {
    /** Null at height 1, which stands on genesis. */
    parent: Type.Union([PARENT_BLOCK, Type.Null()]),
    /** Lane messages, whole and signed, in any order. */
    content: Type.Array(Type.Unsafe<ClassicMessage>(Type.Unknown()), { maxItems: LANE_MESSAGES_LIMIT }),
  },
  closed,
)

export type ParentBlock = Static<typeof PARENT_BLOCK>
export type LaneGrounds = Static<typeof LANE_GROUNDS>

/** The cut that a proposal follows, if this is its parent: no other block has the id that it names. */
export const openParent = (law: Law, body: AssembledBody, parent: ParentBlock | null): Cut | null => {
  const lanes = lanesOf(law.registry.epoch)
  const { chainId } = law.network
  if (body.height === 1) {
    const isGenesis = parent === null && body.parent === chainId
    return isGenesis ? lanes.map(() => GENESIS_TIP) : null
  }
  if (parent?.cut.length !== lanes.length) return null
  const { slot, parent: before, cut, txRoot, txCount } = parent
  const root = cutRoot(lanes.map((feed, lane) => ({ feed, ...(cut[lane] ?? GENESIS_TIP) })))
  const epoch = law.registry.epoch.number
  const height = body.height - 1
  const id = blockId({ chainId, epoch, height, slot, parent: before, cutRoot: root, txRoot, txCount })
  return id === body.parent ? cut : null
}

const GENESIS_TIP = { sequence: 0, tip: NO_MESSAGE }
