import { EMPTY_BYTES } from '../../util/index.js'
import { decodeNumber, encodeNumber, isMinimalNumber, isTruthy } from '../script/index.js'
import { fail } from './failure.js'
import type { ScriptFlag } from './flags.js'

/** What a script asks of the transaction or block it stands in. */
export interface ScriptContext {
  /** @param signature as pushed, type byte included where the context has one */
  checkSignature(signature: Uint8Array, publicKey: Uint8Array, scriptCode: Uint8Array): boolean
  checkLockTime(lockTime: bigint): boolean
  checkSequence(sequence: bigint): boolean
}

const TRUE = Uint8Array.of(1)

/** Stacks and position of one evaluation. */
export class Machine {
  readonly #altStack: Uint8Array[] = []
  /** The script from the last separator on: what signatures sign. */
  code: Uint8Array
  operationCount = 0

  constructor(
    readonly stack: Uint8Array[],
    readonly script: Uint8Array,
    readonly flags: ReadonlySet<ScriptFlag>,
    readonly context: ScriptContext,
  ) {
    this.code = script
  }

  get depth(): number {
    return this.stack.length + this.#altStack.length
  }

  push(...items: readonly Uint8Array[]): void {
    this.stack.push(...items)
  }

  pushNumber(value: bigint): void {
    this.push(encodeNumber(value))
  }

  pushTruth(value: boolean): void {
    this.push(value ? TRUE : EMPTY_BYTES)
  }

  pop(): Uint8Array {
    return this.stack.pop() ?? fail('stack-operation')
  }

  /** The topmost items in the order they stand, taken off. */
  take(count: number): Uint8Array[] {
    if (this.stack.length < count) fail('stack-operation')
    return this.stack.splice(this.stack.length - count, count)
  }

  /** An item counted from the top, which is 0. */
  peek(depth = 0): Uint8Array {
    return this.stack[this.stack.length - 1 - depth] ?? fail('stack-operation')
  }

  popNumber(): bigint {
    return this.numberOf(this.pop())
  }

  numberOf(bytes: Uint8Array, maxBytes = 4): bigint {
    if (bytes.length > maxBytes) fail('unknown')
    if (this.flags.has('minimal-data') && !isMinimalNumber(bytes)) fail('unknown')
    return decodeNumber(bytes)
  }

  popTruth(): boolean {
    return isTruthy(this.pop())
  }

  stash(): void {
    this.#altStack.push(this.pop())
  }

  unstash(): void {
    this.push(this.#altStack.pop() ?? fail('altstack-operation'))
  }
}

export type Step = (machine: Machine) => void
