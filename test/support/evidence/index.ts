export { EVIDENCE_CASES, type EvidenceCase } from './cases.js'
export { SignedScene } from './signed-scene.js'
