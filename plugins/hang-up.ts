import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

import { nameOfSocket, onIncomingSocket, socketNameOf, socketOf } from './incoming-sockets.js'
import type { SsbPlugin } from './types/index.js'

/**
 * Cures D12: closing a muxrpc connection says goodbye and then waits for the peer to say it, too. A peer that
 * stays silent, because it is hostile or stopped, keeps the socket for ever, and with it the node: the listening
 * socket closes only after its last connection. Here the socket of a closed connection is hung up after a moment,
 * whoever opened it; and all that peers opened, when the node closes.
 */
export const hangUp: SsbPlugin = {
  name: 'hangUp',
  version: '1.0.0',
  manifest: {},

  init(sbot) {
    const incoming = new Map<string, Socket>()
    const outgoing = new Map<string, Socket>()

    const stop = onIncomingSocket(sbot, (socket) => keep(incoming, socket))
    const onOutgoing = (event: unknown): void => {
      const socket = socketOf(event)
      socket?.once('connect', () => keep(outgoing, socket))
    }
    subscribe(OUTGOING, onOutgoing)

    sbot.on('rpc:connect', (peer, isClient) => {
      const socket = (isClient ? outgoing : incoming).get(socketNameOf(peer))
      peer.once('closed', () => setTimeout(() => socket?.destroy(), GRACE_MS).unref())
    })

    sbot.close.hook((proceed, parameters) => {
      setTimeout(() => {
        stop()
        unsubscribe(OUTGOING, onOutgoing)
        for (const socket of incoming.values()) socket.destroy()
      }, GRACE_MS)
      return proceed(...parameters)
    })
    return undefined
  },
}

const OUTGOING = 'net.client.socket'

/** Long enough for a polite peer's goodbye. */
const GRACE_MS = 500

/** By the other end's address, for as long as it is open. */
const keep = (sockets: Map<string, Socket>, socket: Socket): void => {
  const name = nameOfSocket(socket)
  sockets.set(name, socket)
  socket.once('close', () => {
    if (sockets.get(name) === socket) sockets.delete(name)
  })
}
