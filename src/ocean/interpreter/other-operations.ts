import { ripemd160, sha1 } from '@noble/hashes/legacy.js'
import { equalBytes } from '../../util/index.js'
import { hash160, sha256, sha256d } from '../codec/index.js'
import { OP } from '../script/index.js'
import { fail } from './failure.js'
import type { ScriptFlag } from './flags.js'
import type { Machine, Step } from './machine.js'

const hashing =
  (hash: (bytes: Uint8Array) => Uint8Array): Step =>
  (machine) => {
    machine.push(hash(machine.pop()))
  }

const equal = (machine: Machine): boolean => {
  const [first, second] = machine.take(2)
  return first !== undefined && second !== undefined && equalBytes(first, second)
}

const reserved = ({ flags }: Machine): void => {
  if (flags.has('discourage-nops')) fail('upgradable-nops')
}

/** The number stays on the stack; a negative one is no time. Five bytes, since times exceed four. */
const lockedBy = (machine: Machine): bigint => {
  const value = machine.numberOf(machine.peek(), 5)
  return value < 0n ? fail('negative-locktime') : value
}

const whenEnabled =
  (flag: ScriptFlag, step: Step): Step =>
  (machine) => {
    if (machine.flags.has(flag)) step(machine)
    else reserved(machine)
  }

/** Set in a sequence that locks nothing. */
const NO_LOCK = 1n << 31n

export const OTHER_OPERATIONS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OP.NOP, () => undefined],
  ...[0xb0, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9].map((code) => [code, reserved] as const),
  [
    OP.CHECKLOCKTIMEVERIFY,
    whenEnabled('check-locktime', (machine) => {
      if (!machine.context.checkLockTime(lockedBy(machine))) fail('unsatisfied-locktime')
    }),
  ],
  [
    OP.CHECKSEQUENCEVERIFY,
    whenEnabled('check-sequence', (machine) => {
      const sequence = lockedBy(machine)
      if ((sequence & NO_LOCK) === 0n && !machine.context.checkSequence(sequence))
        fail('unsatisfied-locktime')
    }),
  ],
  [
    OP.VERIFY,
    (machine) => {
      if (!machine.popTruth()) fail('verify')
    },
  ],
  [OP.RETURN, () => fail('return')],
  [OP.EQUAL, (machine) => machine.pushTruth(equal(machine))],
  [
    OP.EQUALVERIFY,
    (machine) => {
      if (!equal(machine)) fail('equal-verify')
    },
  ],
  [OP.RIPEMD160, hashing(ripemd160)],
  [OP.SHA1, hashing(sha1)],
  [OP.SHA256, hashing(sha256)],
  [OP.HASH160, hashing(hash160)],
  [OP.HASH256, hashing(sha256d)],
])
