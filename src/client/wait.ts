import { apiError, type TransactionState, type TransactionStatus } from '../api/index.js'
import type { Hash } from '../feeds/index.js'
import { isCoded } from '../util/index.js'
import { readEvents } from './event-source.js'
import { isPassing, pause } from './server-list.js'

const RANK: Readonly<Record<TransactionState, number>> = {
  unknown: 0,
  received: 1,
  assembled: 2,
  committed: 3,
  sealed: 4,
}

const hasReached = ({ state }: TransactionStatus, stage: TransactionState): boolean =>
  RANK[state] >= RANK[stage]

export interface WaitOptions {
  readonly timeoutMs: number
  /** Between a stream that broke and the next server. */
  readonly delayMs: number
}

/**
 * Follows a transaction on one server after the other until it reached the stage, whether executed or failed.
 * @throws CodedError `wait-timeout` with the last status seen, `unreachable` if there are no servers, a server's refusal
 */
export const waitForStage = async (
  servers: () => readonly string[],
  hash: Hash,
  stage: TransactionState,
  { timeoutMs, delayMs }: WaitOptions,
): Promise<TransactionStatus> => {
  const deadline = AbortSignal.timeout(timeoutMs)
  let last: TransactionStatus | null = null
  while (!deadline.aborted) {
    const urls = servers()
    if (urls.length === 0) throw apiError('unreachable', { servers: 0 })
    for (const url of urls) {
      try {
        for await (const { name, data } of readEvents(url, `/v1/events?transaction=${hash}`, deadline)) {
          if (name !== 'transaction') continue
          last = data as TransactionStatus
          if (hasReached(last, stage)) return last
        }
      } catch (error) {
        if (!isCoded(error) || !isPassing(error)) throw error
      }
      if (deadline.aborted) break
    }
    if (!deadline.aborted) await pause(delayMs)
  }
  throw apiError('wait-timeout', { hash, stage, last })
}
