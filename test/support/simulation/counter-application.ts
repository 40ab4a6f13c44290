import { hashHex, sha256 } from '../../../src/feeds/index.js'
import type { Hash } from '../../../src/feeds/index.js'
import type { Application, ResultCode } from '../../../src/protocol/index.js'
import { ByteReader, concat, fromHex, u32, u8, view } from '../../../src/util/index.js'

/**
 * The smallest application that can tell whether a chain is right: it counts, refuses what is marked to fail or
 * was seen before, and its root names every transaction it consumed, in order and with its code.
 */
export interface CounterState {
  readonly executed: number
  readonly consumed: ReadonlySet<string>
  readonly root: Hash
}

export const counterApplication: Application<CounterState> = {
  name: 'counter',
  genesis: () => ({ executed: 0, consumed: new Set(), root: '00'.repeat(32) as Hash }),
  check: (state, transaction) => codeOf(state.consumed, transaction),
  execute: (state, transactions) => {
    const consumed = new Set(state.consumed)
    let { executed } = state
    const record = [fromHex(state.root)]
    const codes = transactions.map((transaction) => {
      const code = codeOf(consumed, transaction)
      consumed.add(nameOf(transaction))
      if (code === EXECUTED) executed++
      record.push(Uint8Array.of(code, transaction.length), transaction)
      return code
    })
    const root = hashHex(sha256(concat(...record)))
    return { state: { executed, consumed, root }, codes: Uint8Array.from(codes) }
  },
  root: (state) => state.root,
  describe: (code) => DESCRIPTIONS[code] ?? { name: 'unknown', sentence: 'No such code.' },
  snapshot: (state) => new TextEncoder().encode(JSON.stringify({ ...state, consumed: [...state.consumed] })),
  restore: (_network, snapshot) => {
    const { executed, consumed, root } = JSON.parse(new TextDecoder().decode(snapshot)) as {
      executed: number
      consumed: string[]
      root: Hash
    }
    return { executed, consumed: new Set(consumed), root }
  },
  query: (state, path) => (path === 'executed' ? state.executed : null),
}

/**
 * The same application, which remembers what it computed. All nodes of a world execute the same blocks on the same
 * states, and a pure function need not run ten times; checkers execute for themselves.
 */
export const remembering = (application: Application<CounterState>): Application<CounterState> => {
  const executions = new WeakMap<CounterState, Map<string, ReturnType<typeof application.execute>>>()
  let genesis: CounterState | undefined
  return {
    ...application,
    genesis: (network) => (genesis ??= application.genesis(network)),
    execute: (state, transactions, height) => {
      const known = executions.get(state) ?? new Map<string, ReturnType<typeof application.execute>>()
      executions.set(state, known)
      const name = transactions.map((transaction) => `${transaction.length} ${nameOf(transaction)}`).join()
      const result = known.get(name) ?? application.execute(state, transactions, height)
      known.set(name, result)
      return result
    },
  }
}

/** Canonical bytes of the transaction with this number; a marked one fails. */
export const counterTransaction = (number: number, fails: boolean): Uint8Array =>
  concat(u32(number), u8(fails ? 1 : 0))

const EXECUTED = 0
const DUPLICATE = 1
const MARKED = 2
const MALFORMED = 3

const DESCRIPTIONS: readonly { readonly name: string; readonly sentence: string }[] = [
  { name: 'executed', sentence: 'Executed.' },
  { name: 'duplicate', sentence: 'The same bytes were consumed before.' },
  { name: 'marked', sentence: 'The transaction was made to fail.' },
  { name: 'malformed', sentence: 'Not a number and a mark.' },
]

const codeOf = (consumed: ReadonlySet<string>, transaction: Uint8Array): ResultCode => {
  if (transaction.length !== 5) return MALFORMED
  if (consumed.has(nameOf(transaction))) return DUPLICATE
  const reader = new ByteReader(transaction)
  reader.u32()
  return reader.u8() === 0 ? EXECUTED : MARKED
}

/** A text of its own for every transaction: hexadecimal takes longer. */
const nameOf = (transaction: Uint8Array): string => view(transaction).toString('latin1')
