/** Runs scripts. Public API; pure. */
export { digestContext, inputContext } from './contexts.js'
export { FAILURES, type ScriptFailure } from './failure.js'
export { BLOCK_PROOF_FLAGS, CONSENSUS_FLAGS, type ScriptFlag, STANDARD_FLAGS } from './flags.js'
export type { ScriptContext } from './machine.js'
export { type ScriptVerification, verifyScript } from './verify.js'
