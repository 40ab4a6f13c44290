import { toHex } from '../../../util/index.js'
import type { ChainParameters } from '../../chain/index.js'
import { type Destination, destinationOfKey, encodeAddress } from '../../keys/index.js'
import { integer, type Json, type JsonObject } from '../../json/index.js'
import {
  decodeNumber,
  formOf,
  nameOfOperation,
  operationAt,
  type ScriptForm,
  SIGHASH_NAMES,
} from '../../script/index.js'

/** Scripts as JSON. */

const HASH_TYPES: ReadonlyMap<number, string> = new Map(
  [...SIGHASH_NAMES].map(([name, type]) => [type, name]),
)

/** A push as `asm` shows it: up to four bytes as a number. */
const wordOf = (data: Uint8Array, showsHashTypes: boolean): string => {
  if (data.length <= 4) return decodeNumber(data).toString()
  const hashType = HASH_TYPES.get(data.at(-1) ?? 0)
  const isSignature = showsHashTypes && data[0] === 0x30 && data.length >= 9 && data.length <= 73
  return isSignature && hashType ? `${toHex(data.subarray(0, -1))}[${hashType}]` : toHex(data)
}

/** @param showsHashTypes of the script of an input, whose signatures end in what they cover */
export const asmOf = (script: Uint8Array, showsHashTypes = false): string => {
  const words: string[] = []
  for (let at = 0; at < script.length;) {
    const operation = operationAt(script, at)
    if (!operation) return [...words, '[error]'].join(' ')
    const { code, data, end } = operation
    words.push(data ? wordOf(data, showsHashTypes) : nameOfOperation(code))
    at = end
  }
  return words.join(' ')
}

const paid = (form: ScriptForm): readonly [number, readonly Destination[]] => {
  switch (form.type) {
    case 'pubkeyhash':
      return [1, [{ type: 'keyHash', hash: form.hash }]]
    case 'scripthash':
      return [1, [{ type: 'scriptHash', hash: form.hash }]]
    case 'pubkey':
      return [1, [destinationOfKey(form.key)]]
    case 'multisig':
      return [form.required, form.keys.map(destinationOfKey)]
    default:
      return [0, []]
  }
}

/** Kind of a script and whom it pays. */
export const destinationsJson = (script: Uint8Array, { prefixes }: ChainParameters): JsonObject => {
  const form = formOf(script)
  const [required, destinations] = paid(form)
  if (destinations.length === 0) return { type: form.type }
  const addresses: Json = destinations.map((destination) => encodeAddress(destination, prefixes))
  return { reqSigs: integer(required), type: form.type, addresses }
}

export const scriptJson = (script: Uint8Array, parameters: ChainParameters): JsonObject => ({
  asm: asmOf(script),
  hex: toHex(script),
  ...destinationsJson(script, parameters),
})
