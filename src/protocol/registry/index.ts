export { closeLaneOperations } from './close-lane.js'
export {
  describeResult,
  type OperationCode,
  OPERATION_CODES,
  operationCode,
  PROTOCOL_CODES_FROM,
} from './codes.js'
export { pushesOut, RegistryDraft } from './draft.js'
export { encodeForkProof, forkProofHash } from './fork-proof.js'
export { decodeOperation, encodeCloseLane, isRegistryOperation, type CloseLane } from './operation.js'
export { decodeRegistry, encodeRegistry } from './snapshot.js'
export { type ClosedLane, genesisRegistry, type PendingProof, type RegistryState } from './state.js'
