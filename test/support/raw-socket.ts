import { createRequire } from 'node:module'

import pull from 'pull-stream'

import type { SsbKeys } from '../../plugins/types/index.js'
import { pushable } from './pushable.js'

/** A connection after its handshake, on which any bytes at all can be sent. */
export interface RawSocket {
  send(bytes: Uint8Array): void
  /** The other side hung up. */
  readonly closed: boolean
  close(): void
}

interface Duplex {
  readonly source: pull.Source<Buffer>
  readonly sink: pull.Sink<Buffer>
}
interface MultiServer {
  client(address: string, callback: (error: Error | null, stream: Duplex) => void): void
}

const require = createRequire(import.meta.url)
const createMultiServer = require('multiserver') as (suites: readonly (readonly unknown[])[]) => MultiServer
const createNet = require('multiserver/plugins/net') as (options: object) => unknown
const createShs = require('multiserver/plugins/shs') as (options: object) => unknown

const bytesOf = (key: string): Buffer => Buffer.from(key.replace(/\.ed25519$/, ''), 'base64')

/** @param reads false: nothing that the other side sends is ever taken from the socket. */
export const rawSocket = (
  address: string,
  keys: SsbKeys,
  networkKey: Uint8Array,
  { reads = true } = {},
): Promise<RawSocket> => {
  const shs = createShs({
    keys: { publicKey: bytesOf(keys.public), secretKey: bytesOf(keys.private) },
    appKey: Buffer.from(networkKey),
    timeout: 5_000,
    authenticate: () => undefined,
  })
  return new Promise((resolve, reject) => {
    createMultiServer([[createNet({}), shs]]).client(address, (error, stream) => {
      if (error) reject(error)
      else resolve(socketOf(stream, reads))
    })
  })
}

const socketOf = (stream: Duplex, reads: boolean): RawSocket => {
  const outgoing = pushable<Buffer>()
  let closed = false
  stream.sink(outgoing.source)
  const drain = pull.drain<Buffer>(
    () => undefined,
    () => (closed = true),
  )
  if (reads) pull(stream.source, drain)
  return {
    send: (bytes) => outgoing.push(Buffer.from(bytes)),
    get closed() {
      return closed
    },
    close: () => outgoing.end(),
  }
}

/** One muxrpc packet: flags, length, request number, JSON. */
export const packet = (kind: 'request' | 'stream', request: number, json: string): Uint8Array => {
  const body = Buffer.from(json)
  const head = Buffer.alloc(9)
  const JSON_BODY = 2
  const STREAM = 8
  head[0] = JSON_BODY | (kind === 'stream' ? STREAM : 0)
  head.writeUInt32BE(body.length, 1)
  head.writeInt32BE(request, 5)
  return Buffer.concat([head, body])
}
