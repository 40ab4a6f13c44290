import { z } from 'zod'
import { isFeedId, type FeedId } from '../feeds/index.js'
import { generateNodeIdentity, SEED_SIZE, type Identity, type PublicIdentity } from './identity.js'
import { ROLES } from './network.js'

/** What a file may say of an identity: the fields of listings 1 and 2, no others, and keys that belong together. */

export const feedIdSchema = z.custom<FeedId>(isFeedId, 'not a feed id')

const publicFields = {
  curve: z.literal('ed25519'),
  public: z.string(),
  id: feedIdSchema,
}
const privateFields = { private: z.string() }
const roleFields = { ownerid: feedIdSchema, role: z.enum(ROLES) }

const belongTogether = (identity: PublicIdentity): boolean => `@${identity.public}` === identity.id

/** `extra` are the fields a file has besides the identity. */
export const publicIdentitySchema = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.union([
    z.strictObject({ ...publicFields, ...extra }),
    z.strictObject({ ...publicFields, ...roleFields, ...extra }),
  ])

export const identitySchema: z.ZodType<Identity> = z
  .union([
    z.strictObject({ ...publicFields, ...privateFields }),
    z.strictObject({ ...publicFields, ...privateFields, ...roleFields }),
  ])
  .refine(belongTogether, '`id` is not `public`')
  .refine(isWholeKeyPair, '`private` is not the secret key of `public`')

/** The secret key holds its seed, from which the whole pair follows: a swapped half must not sign. */
function isWholeKeyPair(identity: Identity): boolean {
  const base64 = /^([A-Za-z0-9+/]{86}==)\.ed25519$/.exec(identity.private)?.[1]
  if (base64 === undefined) return false
  const seed = new Uint8Array(Buffer.from(base64, 'base64')).subarray(0, SEED_SIZE)
  const rebuilt = generateNodeIdentity(seed)
  return rebuilt.id === identity.id && rebuilt.private === identity.private
}
