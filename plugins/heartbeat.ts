import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { isCoded } from '../src/util/index.js'
import { callPeer, type ExchangePeer } from './exchange/remote.js'
import { socketOf } from './incoming-sockets.js'
import type { Peer, SsbPlugin } from './types/index.js'

/**
 * Cures D16: a peer behind a broken network is not gone, it is silent. The kernel sends again what was not
 * acknowledged, each time after twice the wait, so that after a cut of a minute a link sleeps for another one,
 * although the network is sound again; the stack itself notices after ten minutes. Here each link is asked for a sign
 * of life now and then; one that gives none in time is closed, and the dialler begins anew. For the same reason a
 * dial that stays unanswered is given up early.
 */
export const heartbeat = ({
  everyMs = 3_000,
  patienceMs = 10_000,
  connectMs = 3_000,
  onSilent,
}: HeartbeatOptions = {}): SsbPlugin => ({
  name: 'heartbeat',
  version: '1.0.0',
  manifest: {},

  init(sbot) {
    const timers = new Set<NodeJS.Timeout>()
    const giveUpLate = (event: unknown): void => giveUpConnecting(event, connectMs)
    subscribe(CLIENT_SOCKETS, giveUpLate)

    sbot.on('rpc:connect', (peer) => {
      if (peer.id === sbot.id) return
      let waiting = false
      const timer = setInterval(() => {
        if (waiting) return
        waiting = true
        isAlive(peer, patienceMs).then((alive) => {
          waiting = false
          if (alive || !timers.has(timer)) return
          onSilent?.(peer)
          peer.close(new Error('the peer gives no sign of life'))
        }, unreachable)
      }, everyMs)
      timers.add(timer)
      peer.once('closed', () => {
        clearInterval(timer)
        timers.delete(timer)
      })
    })

    sbot.close.hook((proceed, parameters) => {
      unsubscribe(CLIENT_SOCKETS, giveUpLate)
      for (const timer of timers) clearInterval(timer)
      timers.clear()
      return proceed(...parameters)
    })
    return undefined
  },
})

export interface HeartbeatOptions {
  readonly everyMs?: number
  /** Without an answer for so long, a peer is taken for silent; a busy machine needs some of it. */
  readonly patienceMs?: number
  /** For a TCP connection to come about. */
  readonly connectMs?: number
  readonly onSilent?: (peer: Peer) => void
}

const CLIENT_SOCKETS = 'net.client.socket'

/** Any answer will do, also that of a peer that does not know the call. */
const isAlive = async (peer: Peer, patienceMs: number): Promise<boolean> => {
  try {
    await callPeer(peer as Peer & ExchangePeer, 'tips', [[]], patienceMs)
    return true
  } catch (error) {
    return !isCoded(error) || error.code !== 'exchange-timeout'
  }
}

const unreachable = (error: unknown): never => {
  throw error
}

const giveUpConnecting = (event: unknown, connectMs: number): void => {
  const socket = socketOf(event)
  if (!socket) return
  const timer = setTimeout(() => socket.destroy(new Error('nobody answered the connection')), connectMs)
  const settle = () => clearTimeout(timer)
  socket.once('connect', settle)
  socket.once('close', settle)
}
