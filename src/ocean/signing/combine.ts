import { EMPTY_BYTES } from '../../util/index.js'
import type { ScriptContext } from '../interpreter/index.js'
import { formOf } from '../script/index.js'

/** Two people's attempts at one input made into one, as far as each got. */

type Stack = readonly Uint8Array[]

const isBlank = (item: Uint8Array | undefined): boolean => item === undefined || item.length === 0

/** Each signature at the place of its key; missing ones leave an empty item behind. */
const combineMultisig = (
  locking: Uint8Array,
  required: number,
  keys: readonly Uint8Array[],
  signatures: Stack,
  context: ScriptContext,
): Stack => {
  const byKey = new Map<number, Uint8Array>()
  for (const signature of signatures) {
    const place = keys.findIndex(
      (key, index) => !byKey.has(index) && context.checkSignature(signature, key, locking),
    )
    if (place >= 0) byKey.set(place, signature)
  }
  const found = keys.flatMap((_, index) => byKey.get(index) ?? []).slice(0, required)
  const missing = Array.from({ length: required - found.length }, () => EMPTY_BYTES)
  return [EMPTY_BYTES, ...found, ...missing]
}

const combineBehindHash = (first: Stack, second: Stack, context: ScriptContext): Stack => {
  const redeemScript = first.at(-1)
  if (!redeemScript || isBlank(redeemScript)) return second
  if (isBlank(second.at(-1))) return first
  const below = combineStacks(redeemScript, first.slice(0, -1), second.slice(0, -1), context)
  return [...below, redeemScript]
}

export const combineStacks = (
  locking: Uint8Array,
  first: Stack,
  second: Stack,
  context: ScriptContext,
): Stack => {
  const form = formOf(locking)
  switch (form.type) {
    case 'scripthash':
      return combineBehindHash(first, second, context)
    case 'pubkey':
    case 'pubkeyhash':
      return isBlank(first[0]) ? second : first
    case 'multisig':
    case 'lockedmultisig': {
      const signatures = [...first, ...second].filter((item) => !isBlank(item))
      return combineMultisig(locking, form.required, form.keys, signatures, context)
    }
    default:
      return first.length >= second.length ? first : second
  }
}
