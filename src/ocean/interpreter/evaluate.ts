import { OP, type Operation, operationAt, pushedBy } from '../script/index.js'
import { fail } from './failure.js'
import type { ScriptFlag } from './flags.js'
import { Machine, type ScriptContext, type Step } from './machine.js'
import { NUMBER_OPERATIONS } from './number-operations.js'
import { OTHER_OPERATIONS } from './other-operations.js'
import { SIGNATURE_OPERATIONS } from './signature-operations.js'
import { STACK_OPERATIONS } from './stack-operations.js'

const MAX_SCRIPT_BYTES = 10_000
const MAX_PUSH_BYTES = 520
const MAX_OPERATIONS = 201
const MAX_DEPTH = 1000

const STEPS: ReadonlyMap<number, Step> = new Map([
  ...STACK_OPERATIONS,
  ...NUMBER_OPERATIONS,
  ...SIGNATURE_OPERATIONS,
  ...OTHER_OPERATIONS,
])

/** Invalid even in a branch that is not taken: bytes that Elements gives to its string and bit operations. */
const isDisabled = (code: number): boolean => code === 0x8d || code === 0x8e || (code >= 0x95 && code <= 0x97)

/** A push has to take the shortest form there is for its bytes (BIP 62). */
const isMinimalPush = ({ code, data }: Operation): boolean => {
  if (!data) return true
  const [first = 0] = data
  if (data.length === 0) return code === OP.FALSE
  if (data.length === 1 && ((first >= 1 && first <= 16) || first === 0x81)) return false
  if (data.length < OP.PUSHDATA1) return code === data.length
  return data.length <= 0xff ? code === OP.PUSHDATA1 : code === OP.PUSHDATA2
}

/** Which branches around the present operation are taken, outermost first. */
class Branches {
  readonly #taken: boolean[] = []

  get isRunning(): boolean {
    return !this.#taken.includes(false)
  }

  get isOpen(): boolean {
    return this.#taken.length > 0
  }

  step(code: number, machine: Machine): void {
    if (code === OP.IF || code === OP.NOTIF) {
      this.#taken.push(this.isRunning && this.#condition(machine) === (code === OP.IF))
      return
    }
    const last = this.#taken.pop() ?? fail('unbalanced-conditional')
    if (code === OP.ELSE) this.#taken.push(!last)
  }

  #condition(machine: Machine): boolean {
    return machine.stack.length === 0 ? fail('unbalanced-conditional') : machine.popTruth()
  }
}

const isBranching = (code: number): boolean =>
  code === OP.IF || code === OP.NOTIF || code === OP.ELSE || code === OP.ENDIF

const run = (operation: Operation, machine: Machine): void => {
  const pushed = pushedBy(operation)
  if (pushed) {
    if (machine.flags.has('minimal-data') && !isMinimalPush(operation)) fail('minimal-data')
    machine.push(pushed)
  } else if (operation.code === OP.CODESEPARATOR) {
    machine.code = machine.script.subarray(operation.end)
  } else {
    const step = STEPS.get(operation.code) ?? fail('bad-opcode')
    step(machine)
  }
}

const step = (operation: Operation, machine: Machine, branches: Branches): void => {
  const { code, data } = operation
  if (data && data.length > MAX_PUSH_BYTES) fail('push-size')
  if (code > OP.SIXTEEN && ++machine.operationCount > MAX_OPERATIONS) fail('op-count')
  if (isDisabled(code)) fail('disabled-opcode')
  if (code === OP.VERIF || code === OP.VERNOTIF) fail('bad-opcode')
  if (isBranching(code)) branches.step(code, machine)
  else if (branches.isRunning) run(operation, machine)
  if (machine.depth > MAX_DEPTH) fail('stack-size')
}

/** Runs a script on a stack, which it changes. @throws EvaluationEnd */
export const evaluate = (
  stack: Uint8Array[],
  script: Uint8Array,
  flags: ReadonlySet<ScriptFlag>,
  context: ScriptContext,
): void => {
  if (script.length > MAX_SCRIPT_BYTES) fail('script-size')
  const machine = new Machine(stack, script, flags, context)
  const branches = new Branches()
  for (let at = 0; at < script.length;) {
    const operation = operationAt(script, at) ?? fail('bad-opcode')
    step(operation, machine, branches)
    at = operation.end
  }
  if (branches.isOpen) fail('unbalanced-conditional')
}
