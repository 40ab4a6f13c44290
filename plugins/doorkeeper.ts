import type { Socket } from 'node:net'

import { RateLimits } from '../src/util/index.js'
import { nameOfSocket, onIncomingSocket, socketNameOf } from './incoming-sockets.js'
import type { SsbPlugin } from './types/index.js'

/**
 * What a connection may cost before it has shown whose it is: so many at once, so long, and no computing at all for an
 * address whose handshakes keep failing. When all places are taken, the socket that has waited longest goes, since an
 * honest handshake is over in a few round trips.
 */
export const doorkeeper = (limits: Partial<DoorLimits> = {}): SsbPlugin => ({
  name: 'doorkeeper',
  version: '1.0.0',
  manifest: {},

  init(sbot): Doorkeeper {
    const door = new Door({ ...DOOR_LIMITS, ...limits })
    const stop = onIncomingSocket(sbot, (socket) => door.enter(socket))
    sbot.on('rpc:connect', (peer, isClient) => {
      if (!isClient) door.known(socketNameOf(peer))
    })
    sbot.close.hook((proceed, parameters) => {
      stop()
      door.close()
      return proceed(...parameters)
    })
    return { counts: () => door.counts() }
  },
})

export interface DoorLimits {
  /** For the whole handshake; the stack's own limit begins anew with every byte. */
  readonly handshakeMs: number
  /** Connections at once that have not shown whose they are. */
  readonly unknown: number
  readonly unknownPerAddress: number
  /** Handshakes of one address that may fail, before it is turned away unheard. */
  readonly failures: { readonly perSecond: number; readonly burst: number; readonly names: number }
}

export const DOOR_LIMITS: DoorLimits = {
  handshakeMs: 10_000,
  unknown: 256,
  unknownPerAddress: 64,
  failures: { perSecond: 8, burst: 64, names: 4096 },
}

export interface Doorkeeper {
  counts(): DoorCounts
}

export interface DoorCounts {
  /** Connections now that have not shown whose they are. */
  readonly unknown: number
  /** Since the start: handshakes that failed, or took too long, or had to make room. */
  readonly failed: number
  /** Since the start: connections closed unheard. */
  readonly turnedAway: number
}

interface Waiting {
  /** As long as it is open: a closed socket no longer says where it came from. */
  readonly name: string
  readonly socket: Socket
  readonly address: string
  readonly timer: NodeJS.Timeout
}

/** Exported for its test. */
export class Door {
  /** By name of the socket, the longest waiting first. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #failures: RateLimits<string>
  #failed = 0
  #turnedAway = 0

  constructor(private readonly limits: DoorLimits) {
    this.#failures = new RateLimits(limits.failures, () => performance.now())
  }

  enter(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    if (!this.#failures.of(address).has()) {
      this.#turnedAway++
      socket.destroy()
      return
    }
    this.#makeRoom(address)
    const name = nameOfSocket(socket)
    const timer = setTimeout(() => socket.destroy(), this.limits.handshakeMs)
    timer.unref()
    this.#waiting.set(name, { name, socket, address, timer })
    socket.once('close', () => this.#failedAs(name, socket))
  }

  /** The connection by this socket has shown whose it is. */
  known(name: string): void {
    clearTimeout(this.#waiting.get(name)?.timer)
    this.#waiting.delete(name)
  }

  counts(): DoorCounts {
    return { unknown: this.#waiting.size, failed: this.#failed, turnedAway: this.#turnedAway }
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
  }

  #failedAs(name: string, socket: Socket): void {
    const waiting = this.#waiting.get(name)
    if (waiting?.socket !== socket) return
    this.known(name)
    this.#failed++
    this.#failures.of(waiting.address).owe(1)
  }

  #makeRoom(address: string): void {
    const same = [...this.#waiting.values()].filter((waiting) => waiting.address === address)
    const [oldestHere] = same
    const [oldest] = this.#waiting.values()
    if (same.length >= this.limits.unknownPerAddress) this.#giveUp(oldestHere)
    else if (this.#waiting.size >= this.limits.unknown) this.#giveUp(oldest)
  }

  /** At once, since the socket itself tells of its end only later. */
  #giveUp(waiting: Waiting | undefined): void {
    if (!waiting) return
    this.#failedAs(waiting.name, waiting.socket)
    waiting.socket.destroy()
  }
}
