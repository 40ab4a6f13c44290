import type { Static } from 'typebox'
import Type from 'typebox'
import { Check } from 'typebox/value'
import type { Hash } from '../feeds/index.js'
import type { AccountId } from './account.js'
import { accountKey, encodeAccount, isAccountId, isNoAccount, MAX_UNITS } from './account.js'
import type { MapProof } from './map-proof.js'
import { verifyMapProof } from './map-proof.js'

/** The shape of an account's answer with its proof, as JSON: what the ledger gives and what `verify` takes. */
const HEX_32 = '^[0-9a-f]{64}$'
const hash = Type.Unsafe<Hash>(Type.String({ pattern: HEX_32 }))
/** A u64 in decimal digits, since JSON's numbers are exact only up to 2^53. */
const units = Type.String({ pattern: '^(0|[1-9][0-9]{0,19})$' })

export const ACCOUNT_ANSWER = Type.Object({
  account: Type.Unsafe<AccountId>(Type.String({ pattern: HEX_32 })),
  /** STORE units; "0" for an account that nothing reached yet. */
  balance: units,
  /** The nonce of the account's next transaction. */
  nonce: units,
  proof: Type.Unsafe<MapProof>(
    Type.Object({
      siblings: Type.Array(hash, { maxItems: 256 }),
      other: Type.Union([Type.Object({ keyHash: hash, valueHash: hash }), Type.Null()]),
    }),
  ),
})

export type AccountAnswer = Static<typeof ACCOUNT_ANSWER>

/**
 * Does the answer, from whoever, state the truth about this account under a sealed root of the ledger? An account of
 * balance 0 and nonce 0 is proved by its absence. False for anything that is not an answer; never throws.
 */
export const verifyAccountProof = (root: Hash, account: string, answer: unknown): answer is AccountAnswer => {
  if (!Check(ACCOUNT_ANSWER, answer) || answer.account !== account || !isAccountId(account)) return false
  const claimed = { balance: BigInt(answer.balance), nonce: BigInt(answer.nonce) }
  if (claimed.balance > MAX_UNITS || claimed.nonce > MAX_UNITS) return false
  const value = isNoAccount(claimed) ? null : encodeAccount(claimed)
  return verifyMapProof(root, accountKey(account), value, answer.proof)
}
