import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

import { socketOf } from './incoming-sockets.js'
import type { SsbPlugin } from './types/index.js'

/**
 * Cures D6: multiserver leaves Nagle's algorithm on, which together with delayed acknowledgements makes every
 * small message wait up to 40 ms in a mesh. Node announces each new socket on a diagnostics channel, so no module
 * needs patching; all TCP sockets of the process get TCP_NODELAY while a stack is up.
 *
 * Without Nagle every write is a system call and a packet, and the stack makes two for each message (the header
 * and the body of its box). So what one turn of the event loop writes to a socket goes out together at its end.
 */
const CHANNELS = ['net.client.socket', 'net.server.socket']

let users = 0

export const noDelay: SsbPlugin = {
  name: 'noDelay',
  version: '1.0.0',
  manifest: {},
  init(sbot) {
    if (users++ === 0) for (const channel of CHANNELS) subscribe(channel, prepare)
    sbot.close.hook(function (original, parameters) {
      if (--users === 0) for (const channel of CHANNELS) unsubscribe(channel, prepare)
      return original(...parameters)
    })
    return undefined
  },
}

const prepare = (event: unknown): void => {
  const socket = socketOf(event)
  if (!socket) return
  socket.setNoDelay(true)
  gatherWrites(socket)
}

const gatherWrites = (socket: Socket): void => {
  const write = socket.write.bind(socket) as (...parameters: unknown[]) => boolean
  let gathering = false
  socket.write = (...parameters: unknown[]) => {
    if (!gathering) {
      gathering = true
      socket.cork()
      setImmediate(() => {
        gathering = false
        socket.uncork()
      })
    }
    return write(...parameters)
  }
}
