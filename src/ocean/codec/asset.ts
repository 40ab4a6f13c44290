import { fastMerkleRoot, sha256d } from './hash.js'
import { type Issuance, type OutPoint, type TransactionInput } from './transaction.js'
import { encodeOutPoint } from './transaction-codec.js'
import { bytesOfId, idOf, NULL_ID } from './wire.js'

/** Ids of issued assets: a fast Merkle tree over what the issuance spent, a contract hash and a small number. */

export interface AssetIds {
  readonly entropy: string
  readonly asset: string
  /** Of tokens for unblinded reissuance, or for blinded if the issuance was. */
  readonly token: string
}

const small = (value: number): Uint8Array => {
  const bytes = new Uint8Array(32)
  bytes[0] = value
  return bytes
}

const ASSET = small(0)
const TOKEN = small(1)
const BLINDED_TOKEN = small(2)

export const assetEntropy = (spent: OutPoint, contract: string): string =>
  idOf(fastMerkleRoot([sha256d(encodeOutPoint(spent)), bytesOfId(contract)]))

export const assetOfEntropy = (entropy: string): string => idOf(fastMerkleRoot([bytesOfId(entropy), ASSET]))

export const tokenOfEntropy = (entropy: string, isBlinded = false): string =>
  idOf(fastMerkleRoot([bytesOfId(entropy), isBlinded ? BLINDED_TOKEN : TOKEN]))

export const assetIdsOf = (entropy: string, isBlinded = false): AssetIds => ({
  entropy,
  asset: assetOfEntropy(entropy),
  token: tokenOfEntropy(entropy, isBlinded),
})

export const isReissuance = ({ blindingNonce }: Issuance): boolean => blindingNonce !== NULL_ID

/** The ids an issuing input makes, or undefined for an input that issues nothing. */
export const issuedBy = ({ previous, issuance }: TransactionInput): AssetIds | undefined => {
  if (!issuance) return undefined
  const entropy = isReissuance(issuance) ? issuance.entropy : assetEntropy(previous, issuance.entropy)
  const isBlinded = issuance.assetAmount !== null && typeof issuance.assetAmount === 'object'
  return assetIdsOf(entropy, !isReissuance(issuance) && isBlinded)
}
