import { OP } from '../script/index.js'
import { fail } from './failure.js'
import type { Machine, Step } from './machine.js'

/** Takes the topmost items and puts them back by index, some more than once, some not at all. */
const arrange =
  (count: number, ...order: readonly number[]): Step =>
  (machine) => {
    const items = machine.take(count)
    machine.push(...order.flatMap((i) => items[i] ?? []))
  }

const depthOf = (machine: Machine): number => {
  const depth = machine.popNumber()
  return depth < 0n || depth >= BigInt(machine.stack.length) ? fail('stack-operation') : Number(depth)
}

export const STACK_OPERATIONS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OP.TOALTSTACK, (machine) => machine.stash()],
  [OP.FROMALTSTACK, (machine) => machine.unstash()],
  [OP.TWODROP, arrange(2)],
  [OP.TWODUP, arrange(2, 0, 1, 0, 1)],
  [OP.THREEDUP, arrange(3, 0, 1, 2, 0, 1, 2)],
  [OP.TWOOVER, arrange(4, 0, 1, 2, 3, 0, 1)],
  [OP.TWOROT, arrange(6, 2, 3, 4, 5, 0, 1)],
  [OP.TWOSWAP, arrange(4, 2, 3, 0, 1)],
  [OP.DROP, arrange(1)],
  [OP.DUP, arrange(1, 0, 0)],
  [OP.NIP, arrange(2, 1)],
  [OP.OVER, arrange(2, 0, 1, 0)],
  [OP.ROT, arrange(3, 1, 2, 0)],
  [OP.SWAP, arrange(2, 1, 0)],
  [OP.TUCK, arrange(2, 1, 0, 1)],
  [
    OP.IFDUP,
    (machine) => {
      const top = machine.peek()
      const isSet = machine.popTruth()
      machine.push(top, ...(isSet ? [top] : []))
    },
  ],
  [OP.DEPTH, (machine) => machine.pushNumber(BigInt(machine.stack.length))],
  [OP.PICK, (machine) => machine.push(machine.peek(depthOf(machine)))],
  [
    OP.ROLL,
    (machine) => {
      const depth = depthOf(machine)
      machine.push(...machine.stack.splice(machine.stack.length - 1 - depth, 1))
    },
  ],
  [OP.SIZE, (machine) => machine.pushNumber(BigInt(machine.peek().length))],
])
