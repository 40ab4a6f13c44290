/** Why a script does not hold, in the words real nodes put into their refusals. */
export const FAILURES = {
  'eval-false': 'Script evaluated without error but finished with a false/empty top stack element',
  verify: 'Script failed an OP_VERIFY operation',
  'equal-verify': 'Script failed an OP_EQUALVERIFY operation',
  'check-multisig-verify': 'Script failed an OP_CHECKMULTISIGVERIFY operation',
  'check-sig-verify': 'Script failed an OP_CHECKSIGVERIFY operation',
  'num-equal-verify': 'Script failed an OP_NUMEQUALVERIFY operation',
  'script-size': 'Script is too big',
  'push-size': 'Push value size limit exceeded',
  'op-count': 'Operation limit exceeded',
  'stack-size': 'Stack size limit exceeded',
  'sig-count': 'Signature count negative or greater than pubkey count',
  'pubkey-count': 'Pubkey count negative or limit exceeded',
  'bad-opcode': 'Opcode missing or not understood',
  'disabled-opcode': 'Attempted to use a disabled opcode',
  'stack-operation': 'Operation not valid with the current stack size',
  'altstack-operation': 'Operation not valid with the current altstack size',
  return: 'OP_RETURN was encountered',
  'unbalanced-conditional': 'Invalid OP_IF construction',
  'negative-locktime': 'Negative locktime',
  'unsatisfied-locktime': 'Locktime requirement not satisfied',
  'sig-hashtype': 'Signature hash type missing or not understood',
  'sig-der': 'Non-canonical DER signature',
  'sig-high-s': 'Non-canonical signature: S value is unnecessarily high',
  'minimal-data': 'Data push larger than necessary',
  'sig-pushonly': 'Only non-push operators allowed in signatures',
  'sig-nulldummy': 'Dummy CHECKMULTISIG argument must be zero',
  'sig-nullfail': 'Signature must be zero for failed CHECK(MULTI)SIG operation',
  'upgradable-nops': 'NOPx reserved for soft-fork upgrades',
  'pubkey-type': 'Public key is neither compressed or uncompressed',
  'clean-stack': 'Extra items left on stack after execution',
  'witness-program': 'Witness programs are not spent here',
  unknown: 'unknown error',
} as const

export type ScriptFailure = keyof typeof FAILURES

/** Ends an evaluation from wherever it stands; never leaves this folder. */
export class EvaluationEnd extends Error {
  constructor(readonly failure: ScriptFailure) {
    super(FAILURES[failure])
  }
}

export const fail = (failure: ScriptFailure): never => {
  throw new EvaluationEnd(failure)
}
