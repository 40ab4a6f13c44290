import { createRequire } from 'node:module'

import pull from 'pull-stream'

import type { SsbKeys } from '../../plugins/types/index.js'
import { pushable } from './pushable.js'

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
  /**
   * Calls a method of any type of the manifest without parameters. A stream counts as answered once it brings
   * something, or did not refuse for a moment; it is ended then. One that was refused gives the reason.
   */
  probe(type: string, method: string): Promise<unknown>
  /** Opens a stream both ways. */
  stream(method: string, ...parameters: readonly unknown[]): RawStream
  readonly closed: boolean
}

export interface RawStream {
  send(item: unknown): void
  readonly received: readonly unknown[]
}

/** What a raw peer answers when it is called, under the name of a plugin; each function gets a callback last. */
export type Answers = Readonly<Record<string, (...parameters: unknown[]) => void>>

interface RawRpc {
  readonly closed: boolean
  readonly stream: {
    remoteCall(type: 'async', name: string[], parameters: unknown[], callback: Answer): void
    remoteCall(type: 'source', name: string[], parameters: unknown[]): pull.Source<unknown>
    remoteCall(
      type: 'duplex',
      name: string[],
      parameters: unknown[],
      callback?: () => void,
    ): pull.Duplex<unknown, unknown>
  }
}
type Answer = (error: Error | null, value: unknown) => void

interface RawStack {
  connect(address: string, callback: (error: Error | null, rpc: RawRpc) => void): void
  close(callback: () => void): void
}

const require = createRequire(import.meta.url)
type MakeStack = ((config: object) => RawStack) & { use(plugin: object): void }
const secretStack = require('secret-stack') as (defaults: object) => MakeStack

export const rawPeer = (keys: SsbKeys, networkKey: Uint8Array, blockfin: Answers = {}): RawPeer => {
  const make = secretStack({ caps: { shs: Buffer.from(networkKey).toString('base64') } })
  const methods = Object.keys(blockfin)
  make.use({
    name: 'blockfin',
    version: '1.0.0',
    manifest: Object.fromEntries(methods.map((method) => [method, 'async'])),
    permissions: { anonymous: { allow: methods } },
    init: () => blockfin,
  })
  const stack = make({
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

/** An error comes over the wire as an object with a message. */
const isRefusal = (end: unknown): end is { readonly message: string } =>
  typeof end === 'object' && end !== null && 'message' in end

/** An open stream says nothing; a refusal comes back at once. */
const OPEN_STREAM_MS = 100

const linkOf = (rpc: RawRpc): RawLink => {
  const call = (method: string, ...parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      rpc.stream.remoteCall('async', method.split('.'), [...parameters], (error, value) => {
        if (error) reject(error)
        else resolve(value)
      })
    })
  const streamOf = (type: 'source' | 'duplex', name: string[]): pull.Source<unknown> => {
    if (type === 'source') return rpc.stream.remoteCall(type, name, [])
    const duplex = rpc.stream.remoteCall(type, name, [])
    duplex.sink(() => undefined)
    return duplex.source
  }
  return {
    get closed() {
      return rpc.closed
    },
    call,
    probe(type, method) {
      if (type !== 'source' && type !== 'duplex') return call(method)
      const read = streamOf(type, method.split('.'))
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve('open'), OPEN_STREAM_MS)
        read(null, (end, value) => {
          clearTimeout(timer)
          resolve(isRefusal(end) ? end.message : value)
        })
      }).finally(() => read(true, () => undefined))
    },
    stream(method, ...parameters) {
      const outgoing = pushable<unknown>()
      const received: unknown[] = []
      const { source, sink } = rpc.stream.remoteCall(
        'duplex',
        method.split('.'),
        [...parameters],
        () => undefined,
      )
      sink(outgoing.source)
      pull(
        source,
        pull.drain(
          (item) => void received.push(item),
          () => undefined,
        ),
      )
      return { send: (item) => outgoing.push(item), received }
    },
  }
}
