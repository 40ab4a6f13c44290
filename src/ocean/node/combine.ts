import { EMPTY_BYTES, isCoded } from '../../util/index.js'
import { blockDigest, type BlockHeader, bytesOfHex } from '../codec/index.js'
import { verifyDigest } from '../keys/index.js'
import { formOf, OP, push, pushesOf, script } from '../script/index.js'

/** What of a text may be signatures: the pushes of a script, or nothing. */
const signaturesIn = (hex: string): readonly Uint8Array[] => {
  try {
    return pushesOf(bytesOfHex(hex)) ?? []
  } catch (error) {
    if (isCoded(error)) return []
    throw error
  }
}

/**
 * The solution of a block from signatures in any order: each stands at the place of its key, those that fit no key are
 * left out, a missing one leaves a zero. The block's own solution counts as one more source.
 */
export const combineSolution = (header: BlockHeader, texts: readonly string[]): Uint8Array => {
  const form = formOf(header.challenge)
  const signatures = [...(pushesOf(header.solution) ?? []), ...texts.flatMap(signaturesIn)]
  const digest = blockDigest(header)
  const fitting = (key: Uint8Array) =>
    signatures.find((signature) => signature.length > 0 && verifyDigest(signature, digest, key))
  if (form.type === 'pubkey') return push(fitting(form.key) ?? EMPTY_BYTES)
  if (form.type !== 'multisig') return header.solution
  const found = form.keys.flatMap((key) => fitting(key) ?? []).slice(0, form.required)
  if (texts.length === 0) return header.solution
  const missing = Array.from({ length: form.required - found.length }, () => OP.FALSE)
  return script(OP.FALSE, ...found.map(push), ...missing)
}
