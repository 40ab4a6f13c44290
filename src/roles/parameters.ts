import { MESSAGE_SIZE_LIMIT, TRANSACTIONS_PER_MESSAGE_LIMIT } from '../feeds/index.js'
import type { ChainParameters } from './network.js'

/**
 * Chain parameters as the registrar chooses them, before the members are known: a null `faultyMessagenodes` stands
 * for floor((m-1)/2) of the Messagenodes that will be there (protocol section 1).
 */
export interface NetworkParameters extends Omit<ChainParameters, 'faultyMessagenodes'> {
  readonly faultyMessagenodes: number | null
}

export const DEFAULT_PARAMETERS: NetworkParameters = Object.freeze({
  protocolVersion: 1,
  capacity: Object.freeze({ transactions: 2000, bytes: 1024 * 1024, batchMs: 40 }),
  emptyBlocks: Object.freeze({ launch: 10, ahead: 10 }),
  laneBatchMs: 10,
  roundTimeout: Object.freeze({ minMs: 500, maxMs: 20_000, initialMs: 2000 }),
  faultyMessagenodes: null,
  fees: Object.freeze({ minimum: 1n }),
  transactionLifetime: 10_000,
})

/** A block takes at least what one feed message may hold, or that message would stop the chain. */
export const MIN_CAPACITY = {
  transactions: TRANSACTIONS_PER_MESSAGE_LIMIT,
  bytes: MESSAGE_SIZE_LIMIT,
} as const

/** No timer is longer than a day: beyond 2^31 ms a timer would fire at once. */
export const MAX_DURATION_MS = 86_400_000
