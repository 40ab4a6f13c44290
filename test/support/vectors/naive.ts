import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'

/**
 * A second, naive opinion on every encoding of docs/protocol.md, for making vectors. It takes nothing from `src`,
 * so that a vector never merely repeats what the code under test believes.
 */

export const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const state = createHash('sha256')
  for (const part of parts) state.update(part)
  return state.digest()
}

export const ascii = (text: string): Buffer => Buffer.from(text, 'ascii')
export const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** Big-endian, `size` bytes. */
export const integer = (value: number, size: number): Buffer =>
  hex(value.toString(16).padStart(2 * size, '0'))

/** RFC 6962, section 2.1, to the letter: MTH over D[n], split at the largest power of two below n. */
export const treeHash = (leaves: readonly Uint8Array[]): Buffer => {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return sha256(hex('00'), only)
  const split = splitOf(leaves.length)
  return sha256(hex('01'), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)))
}

/** RFC 6962, section 2.1.1, to the letter: PATH(m, D[n]). */
export const auditPath = (index: number, leaves: readonly Uint8Array[]): Buffer[] => {
  if (leaves.length <= 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...auditPath(index, left), treeHash(right)]
    : [...auditPath(index - split, right), treeHash(left)]
}

const splitOf = (count: number): number => {
  let split = 1
  while (2 * split < count) split *= 2
  return split
}

export interface KeyPair {
  readonly publicKey: Buffer
  sign(bytes: Uint8Array): Buffer
}

/** An ed25519 key pair whose seed is the SHA-256 of a label, so that vectors never change. */
export const keyPair = (label: string): KeyPair => {
  const pkcs8 = Buffer.concat([hex('302e020100300506032b657004220420'), sha256(ascii(label))])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { publicKey, sign: (bytes) => sign(null, bytes, privateKey) }
}

/** OpenSSL's opinion on a signature. */
export const verifySignature = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean => {
  const spki = Buffer.concat([hex('302a300506032b6570032100'), publicKey])
  return verify(null, bytes, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}

/** Well-formed names made from a label. */
export const digest = (label: string): string => sha256(ascii(label)).toString('hex')
export const link = (label: string): string => `%${sha256(ascii(label)).toString('base64')}.sha256`
export const feed = (label: string): string => `@${keyPair(label).publicKey.toString('base64')}.ed25519`
/** Has the form of a signature, but signs nothing. */
export const formOfSignature = (label: string): string =>
  Buffer.concat([sha256(ascii(label)), sha256(ascii(`${label}'`))]).toString('base64')
