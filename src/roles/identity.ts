import { randomBytes } from 'node:crypto'
import ssbKeys from 'ssb-keys'
import { isFeedId, type FeedId, type Signature } from '../feeds/index.js'
import { assert, fromBase64 } from '../util/index.js'
import { signBytes } from './ed25519.js'
import type { Role } from './network.js'

/**
 * Identities exactly as the BlockFin document has them. Its listing 1 writes `public` without the leading `@`
 * and its listing 2 with it; ssb-keys, which every SSB tool reads, writes it without, so both kinds do here.
 */

/** Listing 1: the global identity of a node, which owns its roles. */
export interface NodeIdentity {
  readonly curve: 'ed25519'
  /** Base64 of 32 bytes, and `.ed25519`. */
  readonly public: string
  /** Base64 of 64 bytes, seed and public key, and `.ed25519`. */
  readonly private: string
  /** `@` and `public`. */
  readonly id: FeedId
}

/** Listing 2: "validator V signed as precommitter". */
export interface RoleIdentity extends NodeIdentity {
  readonly ownerid: FeedId
  readonly role: Role
}

export const SEED_SIZE = 32

/** The one place in this folder that draws randomness: seeds, salts and nonces. */
export const drawRandom = (size: number = SEED_SIZE): Uint8Array => new Uint8Array(randomBytes(size))

/** @param seed 32 secret random bytes, which decide the identity completely. */
export const generateNodeIdentity = (seed: Uint8Array = drawRandom()): NodeIdentity => {
  assert(seed.length === SEED_SIZE, 'a seed has 32 bytes')
  const { curve, public: publicKey, private: privateKey, id } = ssbKeys.generate('ed25519', Buffer.from(seed))
  assert(isFeedId(id), 'ssb-keys makes feed ids')
  return { curve, public: publicKey, private: privateKey, id }
}

export const generateRoleIdentity = (owner: FeedId, role: Role, seed?: Uint8Array): RoleIdentity => ({
  ...generateNodeIdentity(seed),
  ownerid: owner,
  role,
})

/** The 64 bytes libsodium signs with. @throws CodedError `malformed-base64` */
export const secretKeyOf = ({ private: text }: Pick<NodeIdentity, 'private'>): Uint8Array =>
  fromBase64(text.slice(0, -'.ed25519'.length), 64)

/** Signs raw bytes; the caller puts a domain tag in front. */
export const sign = (identity: NodeIdentity, bytes: Uint8Array): Signature =>
  signBytes(secretKeyOf(identity), bytes)

export type Identity = NodeIdentity | RoleIdentity

/** What anyone may read of an identity. */
export type PublicIdentity = Omit<NodeIdentity, 'private'> | Omit<RoleIdentity, 'private'>

export const isRoleIdentity = (identity: Identity): identity is RoleIdentity => 'role' in identity
