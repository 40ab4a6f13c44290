import { argon2idAsync } from '@noble/hashes/argon2.js'
import sodium from 'libsodium-wrappers'
import { z } from 'zod'
import { assert, CodedError, fromBase64, toBase64, utf8 } from '../util/index.js'
import { drawRandom } from './identity.js'

/**
 * A secret under a passphrase: argon2id makes the key, libsodium's secretbox (XSalsa20 and Poly1305) seals.
 *
 * argon2id is @noble/hashes' and not libsodium's own `crypto_pwhash`, since the package libsodium-wrappers is
 * built without it; only libsodium-wrappers-sumo has it. Both give the same key: argon2 1.3, one lane, 16 bytes
 * of salt, 32 bytes of key.
 */

/** What a guess at the passphrase costs. */
export interface PassphraseCost {
  readonly passes: number
  readonly memoryKiB: number
}

/** RFC 9106's choice where memory is short: about a second on a slow core. */
export const DEFAULT_PASSPHRASE_COST: PassphraseCost = { passes: 3, memoryKiB: 64 * 1024 }

/** Bounds that hold before anything is allocated: a hostile file must not take the machine's memory or hours. */
export const MAX_PASSPHRASE_COST: PassphraseCost = { passes: 16, memoryKiB: 256 * 1024 }

const KEY_SIZE = 32
const SALT_SIZE = 16
const NONCE_SIZE = 24
const MIN_MEMORY_KIB = 8

/** The sealed secret as it stands in a key file. */
export const sealedSchema = z.strictObject({
  kdf: z.literal('argon2id'),
  passes: z.int().min(1).max(MAX_PASSPHRASE_COST.passes),
  memoryKiB: z.int().min(MIN_MEMORY_KIB).max(MAX_PASSPHRASE_COST.memoryKiB),
  /** Base64 of 16, 24 and any number of bytes. */
  salt: z.string(),
  cipher: z.literal('xsalsa20poly1305'),
  nonce: z.string(),
  box: z.string(),
})

export type Sealed = z.infer<typeof sealedSchema>

/** @throws CodedError `passphrase-empty` */
export const seal = async (
  secret: Uint8Array,
  passphrase: string,
  cost: PassphraseCost = DEFAULT_PASSPHRASE_COST,
): Promise<Sealed> => {
  assert(isAffordable(cost), 'a key file is sealed at a cost at which it will be opened')
  if (passphrase === '') throw new CodedError('passphrase-empty', 'an empty passphrase protects nothing')
  const salt = drawRandom(SALT_SIZE)
  const nonce = drawRandom(NONCE_SIZE)
  const key = await deriveKey(passphrase, salt, cost)
  await sodium.ready
  const box = sodium.crypto_secretbox_easy(secret, nonce, key)
  key.fill(0)
  return {
    kdf: 'argon2id',
    passes: cost.passes,
    memoryKiB: cost.memoryKiB,
    salt: toBase64(salt),
    cipher: 'xsalsa20poly1305',
    nonce: toBase64(nonce),
    box: toBase64(box),
  }
}

/** @throws CodedError `passphrase-wrong` (or the box was changed: the two look alike), `malformed-base64` */
export const unseal = async (sealed: Sealed, passphrase: string): Promise<Uint8Array> => {
  const nonce = fromBase64(sealed.nonce, NONCE_SIZE)
  const box = fromBase64(sealed.box)
  const key = await deriveKey(passphrase, fromBase64(sealed.salt, SALT_SIZE), sealed)
  await sodium.ready
  try {
    return sodium.crypto_secretbox_open_easy(box, nonce, key)
  } catch (cause) {
    throw new CodedError('passphrase-wrong', 'the passphrase does not open this key file', {}, { cause })
  } finally {
    key.fill(0)
  }
}

const isAffordable = ({ passes, memoryKiB }: PassphraseCost): boolean =>
  sealedSchema.pick({ passes: true, memoryKiB: true }).safeParse({ passes, memoryKiB }).success

/** 32 bytes. The passphrase counts in its NFKC form, so that it is the same bytes from every keyboard. */
export const deriveKey = (
  passphrase: string,
  salt: Uint8Array,
  { passes, memoryKiB }: PassphraseCost,
): Promise<Uint8Array> =>
  argon2idAsync(utf8(passphrase.normalize('NFKC')), salt, { t: passes, m: memoryKiB, p: 1, dkLen: KEY_SIZE })
