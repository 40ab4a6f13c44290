import sodium from 'sodium-native'
import type { Signature, VerifySignature } from '../feeds/index.js'
import { toBase64 } from '../util/index.js'

/** Detached ed25519 over raw bytes, by libsodium: strict, so a signature cannot be reshaped into another. */

/** @param secretKey 64 bytes: seed and public key, as libsodium and ssb-keys hold it. */
export const signBytes = (secretKey: Uint8Array, bytes: Uint8Array): Signature => {
  const signature = Buffer.alloc(sodium.crypto_sign_BYTES)
  sodium.crypto_sign_detached(signature, Buffer.from(bytes), Buffer.from(secretKey))
  return toBase64(signature) as Signature
}

/** False also for a key or a signature of the wrong size. */
export const verifyBytes: VerifySignature = (publicKey, bytes, signature) =>
  publicKey.length === 32 &&
  signature.length === 64 &&
  sodium.crypto_sign_verify_detached(Buffer.from(signature), Buffer.from(bytes), Buffer.from(publicKey))
