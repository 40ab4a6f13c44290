export * from './application.js'
export * from './chain-application.js'
export {
  type ClosedLane,
  closeLaneOperations,
  decodeOperation,
  describeResult,
  isRegistryOperation,
  OPERATION_CODES,
  operationCode,
  type OperationCode,
  PROTOCOL_CODES_FROM,
  pushesOut,
  type RegistryState,
} from './registry/index.js'
export * from './step.js'
export * from './evidence/index.js'
export * from './proof-schema.js'
export * from './proof.js'
export { type Caps, type Fill, fairFill, type FillInput, isProposable } from './fair-fill.js'
export type { Chain, Cut, Executed, Origin } from './chain.js'
export { cutAfter, genesisOrigin } from './chain.js'
export { heightOf } from './intake.js'
export { OPEN_HEIGHTS } from './run.js'
export type { MessagenodeState } from './messagenode/state.js'
export { messagenodeCore } from './messagenode/step.js'
export { type PendingWork, pendingWork } from './validator/round.js'
export type { ValidatorState } from './validator/state.js'
export { validatorCore } from './validator/step.js'
export { assemblerOf } from './view.js'
export { type AnyCertificate, highestCertified, isAssembled, isCertificate } from './book.js'
export { isVote, isVoteSigned, type Vote, voteRound, voteStage } from './votes.js'
export * from './replay/index.js'
export * from './watch/index.js'
export { transactionsHeld } from './lane.js'
