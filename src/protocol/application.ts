import type { Hash } from '../feeds/index.js'
import type { Network } from '../roles/index.js'

/**
 * What the chain decides about: a deterministic state machine over ordered transactions. The default is the
 * STORE token ledger; the node option `application` names a module that exports another.
 *
 * It never sees transactions that begin with `"bf/registry/v1"`: those are the protocol's own (`chain-application.ts`).
 *
 * States are values: `execute` never changes the one it is given, so that proposals can be tried and dropped.
 */
export interface Application<State> {
  readonly name: string

  genesis(network: Network): State

  /**
   * Would this transaction be executed next, at `height`, on `state`? Called before a transaction is published.
   * Returns 0 or the code of the refusal. Must refuse anything malformed, badly signed or replayed.
   */
  check(state: State, transaction: Uint8Array, height: number): ResultCode

  /**
   * Runs transactions in order, each on the state the one before left. One code per transaction, 0 = executed;
   * a failed transaction changes nothing but is consumed all the same.
   */
  execute(state: State, transactions: readonly Uint8Array[], height: number): Execution<State>

  /**
   * Who pays for these bytes, in the application's own words; null if they mean nothing. Where it is told, nobody
   * can fill a validator's waiting room alone.
   */
  submitter?(transaction: Uint8Array): string | null

  /** Root of the state: the application's half of the state root that validators sign (protocol section 3). */
  root(state: State): Hash

  /** Sentence and stable name of a code, for clients. */
  describe(code: ResultCode): { readonly name: string; readonly sentence: string }

  /** The whole state as bytes, such that `restore` gives a state of equal root. */
  snapshot(state: State): Uint8Array
  restore(network: Network, snapshot: Uint8Array): State

  /** Answers a client's read, with a proof under `root(state)` where the application has one; null if unknown. */
  query(state: State, path: string): unknown
}

/** 0 = executed; 1 to 239 are the application's reasons for failure, those above the protocol's own. */
export type ResultCode = number

export interface Execution<State> {
  readonly state: State
  readonly codes: Uint8Array
}
