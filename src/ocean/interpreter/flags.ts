/** The rules of BIPs that a verification applies on top of the oldest ones. */
export type ScriptFlag =
  | 'p2sh'
  | 'strict-der'
  | 'strict-encoding'
  | 'low-s'
  | 'null-dummy'
  | 'minimal-data'
  | 'discourage-nops'
  | 'clean-stack'
  | 'check-locktime'
  | 'check-sequence'
  | 'null-fail'
  | 'witness'

/** What block signatures are verified by: nothing more (facts, section 3). */
export const BLOCK_PROOF_FLAGS: ReadonlySet<ScriptFlag> = new Set(['p2sh'])

/** What a transaction in a block has to satisfy. */
export const CONSENSUS_FLAGS: ReadonlySet<ScriptFlag> = new Set([
  'p2sh',
  'strict-der',
  'check-locktime',
  'check-sequence',
  'witness',
  'null-dummy',
])

/** What a transaction has to satisfy to be relayed. */
export const STANDARD_FLAGS: ReadonlySet<ScriptFlag> = new Set([
  ...CONSENSUS_FLAGS,
  'strict-encoding',
  'low-s',
  'minimal-data',
  'discourage-nops',
  'clean-stack',
  'null-fail',
])
