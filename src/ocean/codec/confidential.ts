import { concat, u64 } from '../../util/index.js'
import { oceanError } from './errors.js'
import type { AssetField, Commitment, ValueField } from './transaction.js'
import { bytesOfId, type WireReader } from './wire.js'

/** Assets, values and nonces stand behind one prefix byte: null, explicit, or a commitment of 33 bytes. */

const NULL = 0
const EXPLICIT = 1
const ASSET_COMMITMENTS = [10, 11]
const VALUE_COMMITMENTS = [8, 9]
const NONCE_COMMITMENTS = [2, 3]

const commitment = (prefix: number, reader: WireReader, known: readonly number[]): Commitment => {
  if (!known.includes(prefix)) throw oceanError('unknown-prefix', `the prefix ${prefix} means nothing`)
  return { commitment: concat(Uint8Array.of(prefix), reader.take(32)) }
}

export const readAsset = (reader: WireReader): AssetField => {
  const prefix = reader.u8()
  if (prefix === NULL) return null
  return prefix === EXPLICIT ? reader.id() : commitment(prefix, reader, ASSET_COMMITMENTS)
}

export const readValue = (reader: WireReader): ValueField => {
  const prefix = reader.u8()
  if (prefix === NULL) return null
  return prefix === EXPLICIT ? reader.u64be() : commitment(prefix, reader, VALUE_COMMITMENTS)
}

/** The whole field: a nonce is only ever passed on. */
export const readNonce = (reader: WireReader): Uint8Array => {
  const prefix = reader.u8()
  if (prefix === NULL) return Uint8Array.of(NULL)
  return commitment(prefix, reader, [EXPLICIT, ...NONCE_COMMITMENTS]).commitment
}

export const encodeAsset = (asset: AssetField): Uint8Array => {
  if (asset === null) return Uint8Array.of(NULL)
  if (typeof asset !== 'string') return asset.commitment
  return concat(Uint8Array.of(EXPLICIT), bytesOfId(asset))
}

export const encodeValue = (value: ValueField): Uint8Array => {
  if (value === null) return Uint8Array.of(NULL)
  if (typeof value !== 'bigint') return value.commitment
  return concat(Uint8Array.of(EXPLICIT), u64(value))
}
