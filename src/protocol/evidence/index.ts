export { EVIDENCE_CODES, type EvidenceCode, isEvidenceCode } from './codes.js'
export { LANE_MESSAGES_LIMIT, LANE_UNITS_LIMIT, type LaneGrounds, type ParentBlock } from './lane-grounds.js'
export { type Charge, type Culprit, type Law, lawOf } from './law.js'
export { chargeOfPlaces, chargesOfPair } from './pair-rules.js'
export {
  EVIDENCE_PROOF,
  evidenceBytes,
  evidenceName,
  type EvidenceProof,
  makeEvidence,
  type ProvedEvidence,
  verifyEvidence,
} from './proof.js'
export { linksOf } from './link-rules.js'
export { type CarriedProof, partsOf, ProofParts } from './parts.js'
export { chargesOfMessage } from './single-rules.js'
