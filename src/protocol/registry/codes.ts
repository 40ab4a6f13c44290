import { assert } from '../../util/index.js'
import type { ResultCode } from '../application.js'

/** Codes from here on are the protocol's own; those below belong to the application. */
export const PROTOCOL_CODES_FROM = 240

/**
 * What a registry operation fails for (docs/protocol.md, section 7). The numbers never change their meaning; the order is the
 * order of the checks.
 */
const TABLE = [
  [240, 'malformed-operation', 'The bytes are not the canonical form of a registry operation.'],
  [241, 'unsupported-operation', 'This kind of registry operation is unknown or not enabled yet.'],
  [242, 'wrong-carrier', 'The operation names another lane to travel in than the one it stands in.'],
  [243, 'unknown-lane', 'The operation is about a feed that is no lane of this epoch.'],
  [244, 'lane-closed', 'The lane is closed already.'],
  [245, 'duplicate-part', 'This part of the proof is held already.'],
  [246, 'invalid-proof', 'The parts make no proof that this lane was forked; they are dropped.'],
] as const

export type OperationCodeName = (typeof TABLE)[number][1]

export interface OperationCode {
  readonly code: ResultCode
  /** Stable, kebab-case. */
  readonly name: string
  readonly sentence: string
}

/** Every code of the protocol's own, ascending. */
export const OPERATION_CODES: readonly OperationCode[] = TABLE.map(([code, name, sentence]) =>
  Object.freeze({ code, name, sentence }),
)

export const operationCode = (name: OperationCodeName): ResultCode => {
  const row = OPERATION_CODES.find((candidate) => candidate.name === name)
  assert(row, `no code called ${name}`)
  return row.code
}

type Describe = (code: ResultCode) => { readonly name: string; readonly sentence: string }

/** Describes the protocol's codes, and leaves the others to the application. */
export const describeResult =
  (describe: Describe): Describe =>
  (code) => {
    if (code < PROTOCOL_CODES_FROM) return describe(code)
    const { name, sentence } = OPERATION_CODES.find((known) => known.code === code) ?? UNKNOWN
    return { name, sentence }
  }

const UNKNOWN = {
  name: 'unknown-protocol-code',
  sentence: 'This version of the protocol knows no such code.',
}
