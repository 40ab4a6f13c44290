import Type, { type Static } from 'typebox'
import {
  type Hash,
  HEIGHT_MAX,
  type MessageKey,
  type Signature,
  U32_MAX,
  VALIDATOR_LIMIT,
} from '../feeds/index.js'

/** The JSON of proofs, as files and answers carry it. Whoever verifies one trusts nothing in it but these shapes. */

const hash = Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' }))
const messageKey = Type.Unsafe<MessageKey>(
  Type.String({ pattern: '^%[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\\.sha256$' }),
)
const signature = Type.Unsafe<Signature>(Type.String({ pattern: '^[A-Za-z0-9+/]{85}[AQgw]==$' }))
const unsigned = (maximum: number) => Type.Integer({ minimum: 0, maximum })
const height = Type.Integer({ minimum: 1, maximum: HEIGHT_MAX })

/** Everything that `blockId` commits to, the block's id, and the results voted on with it (protocol section 3). */
export const PROVED_HEADER = Type.Object({
  height,
  epoch: unsigned(U32_MAX),
  block: hash,
  slot: hash,
  parent: hash,
  cutRoot: hash,
  txRoot: hash,
  txCount: unsigned(U32_MAX),
  xRoot: hash,
})

export const SEALED_CERTIFICATE = Type.Object({
  stage: Type.Literal('sealed'),
  height,
  round: Type.Literal(0),
  assembled: messageKey,
  block: hash,
  xRoot: hash,
  stateRoot: hash,
  signers: Type.Array(unsigned(VALIDATOR_LIMIT - 1), { maxItems: VALIDATOR_LIMIT }),
  signatures: Type.Array(signature, { maxItems: VALIDATOR_LIMIT }),
  root: hash,
})

/** A tree of 2^32 leaves is 32 high. */
const path = Type.Array(hash, { maxItems: 32 })

export const TRANSACTION_PROOF = Type.Object({
  type: Type.Literal('transaction-proof'),
  version: Type.Literal(1),
  chainId: hash,
  /** Canonical bytes in hexadecimal; a feed message bounds their number. */
  transaction: Type.String({ pattern: '^(?:[0-9a-f]{2})+$', maxLength: 16_384 }),
  place: Type.Object({ lane: unsigned(0xffff), sequence: unsigned(U32_MAX), index: unsigned(0xffff) }),
  /** In block order; the same under txRoot and under xRoot. */
  position: unsigned(U32_MAX),
  /** 0 = executed. */
  code: unsigned(0xff),
  transactionPath: path,
  resultPath: path,
  header: PROVED_HEADER,
  sealed: SEALED_CERTIFICATE,
})

/** An application's answer to a query, with the sealed state root that it stands under. */
export const STATE_PROOF = Type.Object({
  type: Type.Literal('state-proof'),
  version: Type.Literal(1),
  chainId: hash,
  /** What was asked, e.g. `accounts/<64 hexadecimal digits>`. */
  path: Type.String({ maxLength: 1024 }),
  /** The application's own answer and proof, to be checked under `roots.application`. */
  answer: Type.Unknown(),
  /** What the sealed state root is made of. */
  roots: Type.Object({ application: hash, registry: hash }),
  header: PROVED_HEADER,
  sealed: SEALED_CERTIFICATE,
})

export type ProvedHeader = Static<typeof PROVED_HEADER>
export type SealedCertificate = Static<typeof SEALED_CERTIFICATE>
export type TransactionProof = Static<typeof TRANSACTION_PROOF>
export type StateProof = Static<typeof STATE_PROOF>
