import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

import type { SsbPlugin } from './types/index.js'

/**
 * Cures D12: closing a muxrpc connection says goodbye and then waits for the peer to say it, too. A peer that
 * stays silent, because it is hostile or stopped, keeps the socket for ever, and with it the node: the listening
 * socket closes only after its last connection. Here sockets that peers opened are hung up after a moment.
 */
export const hangUp: SsbPlugin = {
  name: 'hangUp',
  version: '1.0.0',
  manifest: {},

  init(sbot) {
    const sockets = new Map<string, Socket>()
    let port: number | undefined

    const onSocket = (event: unknown): void => {
      const socket = socketOf(event)
      if (!socket || port === undefined || socket.localPort !== port) return
      const name = `${socket.remoteAddress}:${socket.remotePort}`
      sockets.set(name, socket)
      socket.once('close', () => sockets.delete(name))
    }
    subscribe(CHANNEL, onSocket)
    sbot.on('multiserver:listening', () => {
      port = Number(/:(\d+)~/.exec(sbot.getAddress() ?? '')?.[1])
    })

    sbot.on('rpc:connect', (peer, isClient) => {
      const name = /^net:(.*)~/.exec(peer.stream.address)?.[1]
      const socket = isClient || name === undefined ? undefined : sockets.get(name)
      peer.once('closed', () => setTimeout(() => socket?.destroy(), GRACE_MS).unref())
    })

    sbot.close.hook((proceed, parameters) => {
      setTimeout(() => {
        unsubscribe(CHANNEL, onSocket)
        for (const socket of sockets.values()) socket.destroy()
      }, GRACE_MS)
      return proceed(...parameters)
    })
    return undefined
  },
}

const CHANNEL = 'net.server.socket'

/** Long enough for a polite peer's goodbye. */
const GRACE_MS = 500

const socketOf = (event: unknown): Socket | undefined => {
  const socket: unknown =
    typeof event === 'object' && event !== null && 'socket' in event ? event.socket : null
  return socket instanceof Socket ? socket : undefined
}
