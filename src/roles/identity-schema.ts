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
const roleFields = { ownerid: feedIdSchema, role: z.enum(ROLES) }

/** An identity with `fields` besides its public ones, of a node or of a role. */
export const identitySchemaWith = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z.union([
    z.strictObject({ ...publicFields, ...fields }),
    z.strictObject({ ...publicFields, ...fields, ...roleFields }),
  ])

export const publicKeyMatches = (identity: PublicIdentity): boolean => `@${identity.public}` === identity.id

/** The secret key holds its seed, from which the whole pair follows: half of another pair must not sign. */
const privateKeyMatches = (identity: Identity): boolean => {
  const base64 = /^([A-Za-z0-9+/]{86}==)\.ed25519$/.exec(identity.private)?.[1]
  if (base64 === undefined) return false
  const seed = new Uint8Array(Buffer.from(base64, 'base64')).subarray(0, SEED_SIZE)
  const rebuilt = generateNodeIdentity(seed)
  return rebuilt.id === identity.id && rebuilt.private === identity.private
}

export const identitySchema: z.ZodType<Identity> = identitySchemaWith({ private: z.string() })
  .refine(publicKeyMatches, '`id` is not `public`')
  .refine(privateKeyMatches, '`private` is not the secret key of `public`')
