import { formOf, isTruthy, pushesOf } from '../script/index.js'
import { EvaluationEnd, fail, type ScriptFailure } from './failure.js'
import { evaluate } from './evaluate.js'
import type { ScriptFlag } from './flags.js'
import type { ScriptContext } from './machine.js'

export interface ScriptVerification {
  /** The script of the input. */
  readonly unlocking: Uint8Array
  /** The script of the output it spends. */
  readonly locking: Uint8Array
  readonly flags: ReadonlySet<ScriptFlag>
  readonly context: ScriptContext
}

const requireTruth = (stack: readonly Uint8Array[]): void => {
  const top = stack.at(-1)
  if (!top || !isTruthy(top)) fail('eval-false')
}

/** The script behind a hash: the last thing the input pushes. Runs on what stands below it. */
const verifyRedeemScript = ({ unlocking, flags, context }: ScriptVerification): readonly Uint8Array[] => {
  const pushes = pushesOf(unlocking) ?? fail('sig-pushonly')
  const stack = pushes.slice(0, -1)
  const redeemScript = pushes.at(-1) ?? fail('eval-false')
  refuseWitnessProgram(redeemScript, flags)
  evaluate(stack, redeemScript, flags, context)
  requireTruth(stack)
  return stack
}

/** Witness programs look like scripts that anyone may spend; this chain's own tools make none, so none is spent. */
const refuseWitnessProgram = (script: Uint8Array, flags: ReadonlySet<ScriptFlag>): void => {
  if (flags.has('witness') && formOf(script).type.startsWith('witness_')) fail('witness-program')
}

const verifyOrEnd = (verification: ScriptVerification): void => {
  const { unlocking, locking, flags, context } = verification
  const stack: Uint8Array[] = []
  evaluate(stack, unlocking, flags, context)
  evaluate(stack, locking, flags, context)
  requireTruth(stack)
  refuseWitnessProgram(locking, flags)
  const form = formOf(locking)
  const left = flags.has('p2sh') && form.type === 'scripthash' ? verifyRedeemScript(verification) : stack
  if (flags.has('clean-stack') && left.length !== 1) fail('clean-stack')
}

/** Why the input may not spend the output, or undefined if it may. */
export const verifyScript = (verification: ScriptVerification): ScriptFailure | undefined => {
  try {
    verifyOrEnd(verification)
    return undefined
  } catch (error) {
    if (error instanceof EvaluationEnd) return error.failure
    throw error
  }
}
