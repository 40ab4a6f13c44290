/**
 * BlockFin as a library: a typed client, wallets, archives of feeds, and verification of proofs against the network
 * file. Programs that replace the ledger implement `Application`.
 */
export * from './api/index.js'
export type {
  Archive,
  ArchiveCode,
  ArchivedReplica,
  Arrival,
  Content,
  EvidenceLine,
  FeedRange,
  MessageLine,
  OpenOptions,
  ReplicaEntry,
} from './archive/index.js'
export { ARCHIVE_CODES, openArchive, streamArchive } from './archive/index.js'
export * from './audit/index.js'
export * from './report/index.js'
export { openLogSource } from './node/log-source.js'
export * from './client/index.js'
export type { ClassicMessage, FeedId, FeedMessage, Hash, MessageKey, VerifySignature } from './feeds/index.js'
export { isHash, parseMessage } from './feeds/index.js'
export type {
  Account,
  AccountAnswer,
  AccountId,
  Sign,
  UnsignedRecord,
  UnsignedTransfer,
} from './ledger/index.js'
export {
  accountBytes,
  accountIdOf,
  ALL_CODES,
  describeCode,
  isAccountId,
  MAX_RECORD_SIZE,
  signingBytes,
  signRecord,
  signTransaction,
  signTransfer,
  storeLedger,
  transactionHash,
} from './ledger/index.js'
export type { CallerOptions, OceanClient, OceanClientCode } from './ocean/client/index.js'
export { createOceanClient, OCEAN_CLIENT_CODES, rpcCodeOf } from './ocean/client/index.js'
export type {
  Application,
  Execution,
  ProvedHeader,
  ProvedState,
  ProvedTransaction,
  ResultCode,
  SealedCertificate,
  StateProof,
  TransactionProof,
} from './protocol/index.js'
export { verifyStateProof, verifyTransactionProof } from './protocol/index.js'
export * from './replay/index.js'
export type { Network } from './roles/index.js'
export { loadNetworkFile, parseNetworkFile } from './roles/index.js'
export type { Refusal, Verdict } from './util/index.js'
export { CodedError, isCoded } from './util/index.js'
