import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** What real nodes answered, as `test/vectors/ocean` holds it (see its README). */

export interface RecordedCall {
  readonly node?: string
  readonly method?: string
  readonly params?: readonly unknown[]
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string }
  readonly note?: string
  readonly decoded?: unknown
}

export const RECORDINGS = [
  '01-block-signing',
  '02-genesis-config',
  '03-asset-issuance',
  '04a-policy-whitelist',
  '04b-policy-freezelist',
  '04c-policy-burnlist',
  '05-guardnode-requests',
  '05b-request-end-height',
] as const

export type Recording = (typeof RECORDINGS)[number]

const textOf = (name: string): string =>
  gunzipSync(readFileSync(new URL(`../../vectors/ocean/${name}.json.gz`, import.meta.url))).toString('utf8')

const read = (name: string): unknown => JSON.parse(textOf(name))

/** The same, with every number as the node printed it. */
const readExact = (name: string): unknown =>
  JSON.parse(textOf(name).replace(/(?<=[:[,\s])(-?\d+\.\d+(?:e-?\d+)?)(?=[,\s\]}])/g, '"$1"'))

export const recordingOf = (name: Recording): readonly RecordedCall[] => read(name) as readonly RecordedCall[]

/** Amounts are text here, digit for digit. */
export const exactRecordingOf = (name: Recording): readonly RecordedCall[] =>
  readExact(name) as readonly RecordedCall[]

export const allCalls: readonly RecordedCall[] = RECORDINGS.flatMap(recordingOf)

export type Fields = Readonly<Record<string, unknown>>

/** Every object anywhere in a value. */
export const objectsIn = (value: unknown): Fields[] => {
  if (typeof value !== 'object' || value === null) return []
  const nested = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? nested : [value as Fields, ...nested]
}

/** Every string anywhere in a value. */
export const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

export interface RecordedVector extends Fields {
  readonly vector: string
}

const vectors = read('09-vectors') as readonly RecordedVector[]

/** A recomputed fact by the start of its description. */
export const recordedVector = (start: string): RecordedVector => {
  const found = vectors.find(({ vector }) => vector.startsWith(start))
  if (!found) throw new Error(`no vector starts with ${start}`)
  return found
}

export const recordedVectorCount = vectors.length

export interface RecordedKey {
  readonly name: string
  readonly priv: string
  readonly wif: string
  readonly pub: string
  readonly p2pkh: string
  readonly addr: string
}

export const recordedKeys = Object.values((read('keys') as { keys: Record<string, RecordedKey> }).keys)

export const recordedKeyFile = read('keys') as Record<
  'signblockscript' | 'issue_redeem_script' | 'issue_spk' | 'issue_addr',
  string
>

export const recordedConf = (node: 0 | 1 | 2): string =>
  readFileSync(new URL(`../../vectors/ocean/conf/node${node}.ocean.conf`, import.meta.url), 'utf8')

/** The raw transactions the node described, each with its description. */
export const describedTransactions = (): Map<string, Fields> => {
  const found = new Map<string, Fields>()
  for (const call of allCalls) {
    if (call.method === 'decoderawtransaction' && call.result) {
      found.set(String(call.params?.[0]), call.result as Fields)
    }
    for (const fields of objectsIn(call.result)) {
      if (typeof fields.hex === 'string' && typeof fields.txid === 'string' && Array.isArray(fields.vin)) {
        found.set(fields.hex, fields)
      }
    }
  }
  return found
}

/** Every accepted block by height, genesis included. */
export const acceptedBlocks = (): Map<number, string> => {
  const found = new Map<number, string>()
  for (const { method, params, result, error } of allCalls) {
    if (method === 'submitblock' && result === null && !error) {
      const hex = String(params?.[0])
      found.set(Buffer.from(hex, 'hex').readUInt32LE(168), hex)
    }
  }
  const genesis = recordingOf('02-genesis-config').find(
    ({ method, params }) => method === 'getblock' && params?.[1] === false,
  )
  return found.set(0, String(genesis?.result))
}

/** The node's description of a block, by height, where there is one. */
export const describedBlocks = (): Fields[] =>
  allCalls.flatMap(({ method, result }) =>
    (method === 'getblock' || method === 'getblockheader') && typeof result === 'object' && result !== null
      ? [result as Fields]
      : [],
  )
