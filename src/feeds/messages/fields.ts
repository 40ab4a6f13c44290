import Type, { type TProperties } from 'typebox'
import type { FeedId, Hash, MessageKey, Signature } from '../ids.js'
import { HEIGHT_MAX, MESSAGE_SIZE_LIMIT, U32_MAX } from '../limits.js'

/**
 * The fields that messages are made of. The patterns allow only canonical text, the base64 ones by the bits that
 * padding must leave zero, so that a checked string may be trusted as its branded type.
 */

const CANONICAL_32 = '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]='
const CANONICAL_64 = '[A-Za-z0-9+/]{85}[AQgw]=='

export const Link = Type.Unsafe<MessageKey>(Type.String({ pattern: `^%${CANONICAL_32}\\.sha256$` }))
export const Feed = Type.Unsafe<FeedId>(Type.String({ pattern: `^@${CANONICAL_32}\\.ed25519$` }))
export const Digest = Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' }))
export const Sig = Type.Unsafe<Signature>(Type.String({ pattern: `^${CANONICAL_64}$` }))

/** Base64 of fixed-width binary, which `packed.ts` reads and refuses unless canonical. */
export const Packed = Type.String({ maxLength: MESSAGE_SIZE_LIMIT })

/** Genesis, height 0, is never the subject of a message. */
export const Height = Type.Integer({ minimum: 1, maximum: HEIGHT_MAX })
export const U32 = Type.Integer({ minimum: 0, maximum: U32_MAX })

const closed = { additionalProperties: false } as const

/** An object that carries these fields and no others. */
export const fieldsOf = <Fields extends TProperties>(fields: Fields) => Type.Object(fields, closed)

/** The shape of the BlockFin document's listing 3: `{type, data: {...}}`. */
export const envelope = <Name extends string, Fields extends TProperties>(name: Name, fields: Fields) =>
  Type.Object({ type: Type.Literal(name), data: Type.Object(fields, closed) }, closed)

/** What is null in a body is left out of its JSON. */
export const present = <Name extends string, Value>(
  name: Name,
  value: Value | null,
): { [N in Name]?: Value } => (value === null ? {} : ({ [name]: value } as { [N in Name]: Value }))
