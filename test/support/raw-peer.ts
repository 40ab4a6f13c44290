import { createRequire } from 'node:module'

import type { SsbKeys } from '../../plugins/types/index.js'

/**
 * A peer that speaks the handshake and muxrpc and is bound by nothing else: it has no database, no manners and
 * no manifest, so it may call whatever it likes with whatever it likes.
 */
export interface RawPeer {
  /** Rejects if the other side refuses the handshake. */
  connect(address: string): Promise<RawLink>
  close(): Promise<void>
}

export interface RawLink {
  /** Rejects with what the other side says: muxrpc gives an error's name and message. */
  call(method: string, ...parameters: readonly unknown[]): Promise<unknown>
  readonly closed: boolean
}

interface RawRpc {
  readonly closed: boolean
  readonly stream: {
    remoteCall(type: 'async', name: string[], parameters: unknown[], callback: Answer): void
  }
}
type Answer = (error: Error | null, value: unknown) => void

interface RawStack {
  connect(address: string, callback: (error: Error | null, rpc: RawRpc) => void): void
  close(callback: () => void): void
}

const require = createRequire(import.meta.url)
const secretStack = require('secret-stack') as (defaults: object) => (config: object) => RawStack

export const rawPeer = (keys: SsbKeys, networkKey: Uint8Array): RawPeer => {
  const stack = secretStack({ caps: { shs: Buffer.from(networkKey).toString('base64') } })({
    keys,
    timers: { inactivity: 60_000, handshake: 5_000 },
    connections: { incoming: {}, outgoing: { net: [{ transform: 'shs' }] } },
  })
  return {
    connect: (address) =>
      new Promise((resolve, reject) => {
        stack.connect(address, (error, rpc) => (error ? reject(error) : resolve(linkOf(rpc))))
      }),
    close: () => new Promise((resolve) => stack.close(resolve)),
  }
}

const linkOf = (rpc: RawRpc): RawLink => ({
  get closed() {
    return rpc.closed
  },
  call: (method, ...parameters) =>
    new Promise((resolve, reject) => {
      rpc.stream.remoteCall('async', method.split('.'), [...parameters], (error, value) => {
        if (error) reject(error)
        else resolve(value)
      })
    }),
})
