import { concat } from '../../util/index.js'
import type { OutPoint, Transaction } from '../codec/index.js'
import { FAILURES, inputContext, STANDARD_FLAGS, verifyScript } from '../interpreter/index.js'
import { signDigest } from '../keys/index.js'
import { pushesOf, SIGHASH_SINGLE, sighash } from '../script/index.js'
import { combineStacks } from './combine.js'
import type { KeySource } from './key-source.js'
import { scriptOfStack, type Sign, unlockingStack } from './unlock.js'

export interface SigningRequest {
  /** The same transaction as several people have signed it; the first gives all but the signatures. */
  readonly variants: readonly [Transaction, ...Transaction[]]
  /** The script of the coin that is spent. */
  readonly scriptOf: (outPoint: OutPoint) => Uint8Array | undefined
  readonly keys: KeySource
  /** What signatures cover. */
  readonly type: number
}

export interface UnsignedInput {
  readonly index: number
  /** In the words of a real node. */
  readonly why: string
}

export interface Signed {
  readonly transaction: Transaction
  readonly unsigned: readonly UnsignedInput[]
}

const signerOf =
  (transaction: Transaction, inputIndex: number, type: number): Sign =>
  ({ secret }, scriptCode) =>
    concat(signDigest(sighash({ transaction, inputIndex, scriptCode, type }), secret), Uint8Array.of(type))

const coversOutput = ({ variants: [first], type }: SigningRequest, index: number): boolean =>
  (type & 0x1f) !== SIGHASH_SINGLE || index < first.outputs.length

/** The script for one input, from the keys and from whatever the variants bring. */
const unlockingScript = (request: SigningRequest, index: number, locking: Uint8Array): Uint8Array => {
  const { variants, keys, type } = request
  const [first] = variants
  const context = inputContext(first, index)
  const own = coversOutput(request, index) ? unlockingStack(locking, keys, signerOf(first, index, type)) : []
  const stack = variants.reduce<readonly Uint8Array[]>((sum, { inputs }) => {
    const input = inputs[index]
    return input ? combineStacks(locking, sum, pushesOf(input.script) ?? [], context) : sum
  }, own)
  return scriptOfStack(stack)
}

/** Signs what the keys can sign, and says of each input that is not done why a node would refuse it. */
export const signTransaction = (request: SigningRequest): Signed => {
  const { variants, scriptOf } = request
  const [first] = variants
  const unsigned: UnsignedInput[] = []
  const inputs = first.inputs.map((input, index) => {
    const locking = scriptOf(input.previous)
    if (!locking) {
      unsigned.push({ index, why: 'Input not found or already spent' })
      return input
    }
    const script = unlockingScript(request, index, locking)
    const context = inputContext(first, index)
    const failure = verifyScript({ unlocking: script, locking, flags: STANDARD_FLAGS, context })
    if (failure) unsigned.push({ index, why: FAILURES[failure] })
    return { ...input, script }
  })
  return { transaction: { ...first, inputs }, unsigned }
}
