import type { FeedId } from '../../src/feeds/index.js'
import { CodedError, RateLimits } from '../../src/util/index.js'
import type { Circles } from '../circle/index.js'
import type { SsbPlugin } from '../types/index.js'
import { identityOfAddress } from './topology.js'

/**
 * Only members of the circle connect, and call only what they may: refused in the handshake when they dial, before
 * dialling when we do, and disconnected when the circle drops them.
 *
 * Replaces ssb-friends' own hook, which lets nobody connect to a busy node (`friends.hookAuth` must be false).
 * Load it after ssb-ebt and ssb-conn, whose permissions it overrules.
 */
export const registryAdmission = ({ circles, onRefused }: AdmissionOptions): SsbPlugin => ({
  name: 'registryAdmission',
  version: '1.0.0',
  manifest: {},

  init(sbot, _config, permissions): RegistryAdmission {
    let closing = false
    const refusalOf = (peer: string) => (closing ? 'closing' : circles.current().refusalOf(peer))

    const refuse = (peer: string | undefined, direction: Direction): CodedError | undefined => {
      const code = peer === undefined ? 'address-without-identity' : refusalOf(peer)
      return code === undefined ? undefined : told(peer, direction, code)
    }
    const told = (peer: string | undefined, direction: Direction, code: string): CodedError => {
      onRefused?.({ peer: peer ?? null, direction, code })
      return new CodedError(code, `connection refused: ${code}`, { direction })
    }

    // Each handshake costs a millisecond of computing, a member's as well.
    const reconnects = new RateLimits<FeedId>(RECONNECTS, () => performance.now())
    const isRestless = (peer: FeedId) => refusalOf(peer) === undefined && !reconnects.of(peer).take()

    sbot.auth.hook((_proceed, [peer, answer]) => {
      const refusal = isRestless(peer)
        ? told(peer, 'incoming', 'reconnects-too-often')
        : refuse(peer, 'incoming')
      answer(refusal, refusal ? undefined : { allow: circles.current().rpcsOf(peer) })
    })

    sbot.connect.hook((proceed, [address, answer]) => {
      const refusal = refuse(identityOfAddress(String(address)), 'outgoing')
      return refusal ? setImmediate(() => answer(refusal)) : proceed(address, answer)
    })

    // secret-stack gives a peer that we dialled the permissions called anonymous; nobody else gets these.
    const applyDialled = () => {
      permissions.anonymous = { allow: circles.current().rpcsOfDialled }
    }
    applyDialled()

    // The circle may have changed between the handshake and this event.
    sbot.on('rpc:connect', (rpc) => {
      if (refusalOf(rpc.id) !== undefined) rpc.close(true)
      const links = sbot.peers[rpc.id] ?? []
      for (const older of links.slice(0, Math.max(0, links.length - LINKS_PER_MEMBER))) older.close(true)
    })

    const stop = circles.onChange(() => {
      applyDialled()
      for (const [peer, links] of Object.entries(sbot.peers)) {
        if (refusalOf(peer) !== undefined) for (const rpc of [...links]) rpc.close(true)
      }
    })
    // The socket closes only when its last connection has: one more, from a peer that dials again at once, would
    // keep the node from ever ending.
    sbot.close.hook((proceed, parameters) => {
      closing = true
      stop()
      return proceed(...parameters)
    })

    return { refusalOf }
  },
})

/** A peer that comes back may not have noticed yet that its last link is dead. */
const LINKS_PER_MEMBER = 2
/** Of one member, incoming. An honest one waits longer after each failure. */
const RECONNECTS = { perSecond: 2, burst: 20, names: 1024 }

export interface RegistryAdmission {
  /** The code of why this main identity may not be linked to us now; undefined if it may. */
  refusalOf(peer: string): string | undefined
}

export interface AdmissionOptions {
  readonly circles: Circles
  /**
   * Told of every connection that was refused; `code` is one of `LinkRefusal`, `reconnects-too-often`,
   * `address-without-identity` or `closing`.
   */
  readonly onRefused?: (refused: Refused) => void
}

export interface Refused {
  readonly peer: string | null
  readonly direction: Direction
  readonly code: string
}

export type Direction = 'incoming' | 'outgoing'
