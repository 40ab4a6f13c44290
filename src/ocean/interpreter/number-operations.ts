import { OP } from '../script/index.js'
import { fail } from './failure.js'
import type { Step } from './machine.js'

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a)
const truth = (value: boolean): bigint => (value ? 1n : 0n)

const unary =
  (apply: (a: bigint) => bigint): Step =>
  (machine) => {
    machine.pushNumber(apply(machine.popNumber()))
  }

const binary =
  (apply: (a: bigint, b: bigint) => bigint): Step =>
  (machine) => {
    const [first, second] = machine.take(2)
    if (!first || !second) return fail('stack-operation')
    machine.pushNumber(apply(machine.numberOf(first), machine.numberOf(second)))
  }

const compare = (holds: (a: bigint, b: bigint) => boolean): Step => binary((a, b) => truth(holds(a, b)))

const isEqual = compare((a, b) => a === b)

export const NUMBER_OPERATIONS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OP.ONEADD, unary((a) => a + 1n)],
  [OP.ONESUB, unary((a) => a - 1n)],
  [OP.NEGATE, unary((a) => -a)],
  [OP.ABS, unary(magnitude)],
  [OP.NOT, unary((a) => truth(a === 0n))],
  [OP.ZERONOTEQUAL, unary((a) => truth(a !== 0n))],
  [OP.ADD, binary((a, b) => a + b)],
  [OP.SUB, binary((a, b) => a - b)],
  [OP.BOOLAND, compare((a, b) => a !== 0n && b !== 0n)],
  [OP.BOOLOR, compare((a, b) => a !== 0n || b !== 0n)],
  [OP.NUMEQUAL, isEqual],
  [
    OP.NUMEQUALVERIFY,
    (machine) => {
      isEqual(machine)
      if (!machine.popTruth()) fail('num-equal-verify')
    },
  ],
  [OP.NUMNOTEQUAL, compare((a, b) => a !== b)],
  [OP.LESSTHAN, compare((a, b) => a < b)],
  [OP.GREATERTHAN, compare((a, b) => a > b)],
  [OP.LESSTHANOREQUAL, compare((a, b) => a <= b)],
  [OP.GREATERTHANOREQUAL, compare((a, b) => a >= b)],
  [OP.MIN, binary((a, b) => (a < b ? a : b))],
  [OP.MAX, binary((a, b) => (a > b ? a : b))],
  [
    OP.WITHIN,
    (machine) => {
      const [value = 0n, low = 0n, high = 0n] = machine.take(3).map((bytes) => machine.numberOf(bytes))
      machine.pushTruth(low <= value && value < high)
    },
  ],
])
