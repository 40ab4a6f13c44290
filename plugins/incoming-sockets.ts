import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

import type { Peer, Sbot } from './types/index.js'

/**
 * The sockets that peers open to a stack, before and after they say who they are. The stack shows neither; Node
 * announces every accepted socket on a diagnostics channel, and the stack's own are known by its port.
 *
 * @returns how to stop
 */
export const onIncomingSocket = (sbot: Sbot, listener: (socket: Socket) => void): (() => void) => {
  let port: number | undefined
  sbot.on('multiserver:listening', () => {
    port = Number(/:(\d+)~/.exec(sbot.getAddress() ?? '')?.[1])
  })
  const onSocket = (event: unknown): void => {
    const socket = socketOf(event)
    if (socket && port !== undefined && socket.localPort === port) listener(socket)
  }
  subscribe(CHANNEL, onSocket)
  return () => unsubscribe(CHANNEL, onSocket)
}

const CHANNEL = 'net.server.socket'

/** The socket that an event of Node's diagnostics channels about sockets carries. */
export const socketOf = (event: unknown): Socket | undefined => {
  const socket: unknown =
    typeof event === 'object' && event !== null && 'socket' in event ? event.socket : null
  return socket instanceof Socket ? socket : undefined
}

/** How sockets are told apart, and how the stack words the one that a connection came by. */
export const nameOfSocket = ({ remoteAddress, remotePort }: Socket): string =>
  `${remoteAddress}:${remotePort}`

export const socketNameOf = ({ stream }: Peer): string => /^net:(.*)~/.exec(stream.address)?.[1] ?? ''
