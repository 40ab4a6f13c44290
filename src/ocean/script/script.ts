import { concat, EMPTY_BYTES } from '../../util/index.js'
import { oceanError } from '../codec/index.js'
import { encodeNumber } from './number.js'
import { OP } from './opcodes.js'

export interface Operation {
  readonly code: number
  /** What is pushed, for a push. */
  readonly data?: Uint8Array
  /** Where it starts and where the next one does. */
  readonly start: number
  readonly end: number
}

/** How many bytes after the code hold the length of a push. */
const lengthBytes = (code: number): number =>
  code === OP.PUSHDATA1 ? 1 : code === OP.PUSHDATA2 ? 2 : code === OP.PUSHDATA4 ? 4 : 0

/** The operation at an offset, or undefined where a push runs past the end. */
export const operationAt = (script: Uint8Array, start: number): Operation | undefined => {
  const code = script[start]
  if (code === undefined) return undefined
  if (code > OP.PUSHDATA4) return { code, start, end: start + 1 }
  const header = start + 1 + lengthBytes(code)
  if (header > script.length) return undefined
  const length =
    code < OP.PUSHDATA1
      ? code
      : script.subarray(start + 1, header).reduceRight((sum, byte) => sum * 256 + byte, 0)
  const end = header + length
  return end > script.length ? undefined : { code, data: script.subarray(header, end), start, end }
}

/** All operations, or undefined for a script that is cut off. */
export const operationsOf = (script: Uint8Array): readonly Operation[] | undefined => {
  const operations: Operation[] = []
  for (let at = 0; at < script.length;) {
    const operation = operationAt(script, at)
    if (!operation) return undefined
    operations.push(operation)
    at = operation.end
  }
  return operations
}

/** @throws CodedError `malformed-script` */
export const parseScript = (script: Uint8Array): readonly Operation[] => {
  const operations = operationsOf(script)
  if (!operations) throw oceanError('malformed-script', 'the script ends within a push')
  return operations
}

/** A push of bytes as scripts carry keys and signatures: never turned into a small number. */
export const push = (data: Uint8Array): Uint8Array => {
  const { length } = data
  if (length < OP.PUSHDATA1) return concat(Uint8Array.of(length), data)
  if (length <= 0xff) return concat(Uint8Array.of(OP.PUSHDATA1, length), data)
  return concat(Uint8Array.of(OP.PUSHDATA2, length & 0xff, length >> 8), data)
}

/** A push of a number, by an operation of its own where there is one. */
export const pushNumber = (value: number): Uint8Array => {
  if (value === 0) return Uint8Array.of(OP.FALSE)
  if (value === -1 || (value >= 1 && value <= 16)) return Uint8Array.of(OP.ONE + value - 1)
  return push(encodeNumber(BigInt(value)))
}

/** Operations by code, everything else as it is. */
export const script = (...parts: readonly (number | Uint8Array)[]): Uint8Array =>
  concat(...parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)))

/** What the operation leaves on the stack, if it is a push of any kind. */
export const pushedBy = ({ code, data }: Operation): Uint8Array | undefined => {
  if (data) return data
  if (code === OP.ONE_NEGATE) return Uint8Array.of(0x81)
  if (code >= OP.ONE && code <= OP.SIXTEEN) return Uint8Array.of(code - OP.ONE + 1)
  return code === OP.FALSE ? EMPTY_BYTES : undefined
}

/** The pushes of a script that does nothing else, or undefined. */
export const pushesOf = (bytes: Uint8Array): readonly Uint8Array[] | undefined => {
  const pushes = operationsOf(bytes)?.map(pushedBy)
  return pushes?.every((pushed) => pushed !== undefined) ? pushes : undefined
}

/** 1 to 16 for the operations that push them. */
export const smallNumberOf = ({ code }: Operation): number | undefined =>
  code >= OP.ONE && code <= OP.SIXTEEN ? code - OP.ONE + 1 : undefined
