import { CodedError } from '../../src/util/index.js'
import type { Peer } from '../types/index.js'
import type { Method } from './server.js'
import { fromWire } from './wire-error.js'

/** A live connection, with the calls that muxrpc builds from the manifest. */
export interface ExchangePeer extends Pick<Peer, 'id'> {
  readonly blockfin: Readonly<Record<Method, (...parameters: unknown[]) => void>>
}

/**
 * Calls one method of a peer.
 *
 * @throws CodedError `exchange-timeout`; `exchange-refused` with the peer's `code`; `exchange-failed` if the link
 *   was lost or the peer does not serve the exchange.
 */
export const callPeer = (
  peer: ExchangePeer,
  method: Method,
  parameters: readonly unknown[],
  timeoutMs: number,
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const facts = { peer: peer.id, method }
    const timer = setTimeout(() => {
      reject(new CodedError('exchange-timeout', 'the peer did not answer in time', { ...facts, timeoutMs }))
    }, timeoutMs)
    peer.blockfin[method](...parameters, (error: Error | null | undefined | true, value: unknown) => {
      clearTimeout(timer)
      if (!error) return resolve(value)
      const code = error === true ? undefined : fromWire(error)
      reject(
        code === undefined
          ? new CodedError('exchange-failed', 'the peer could not be asked', facts, { cause: error })
          : new CodedError('exchange-refused', 'the peer refused the call', { ...facts, code }),
      )
    })
  })
