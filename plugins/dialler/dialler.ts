import type { FeedId } from '../../src/feeds/index.js'
import type { Circles } from '../circle/index.js'
import type { Sbot, SsbPlugin } from '../types/index.js'
import { type Backoff, DEFAULT_BACKOFF } from './backoff.js'
import { Link, type LinkState } from './link.js'
import type { DialWarning } from './targets.js'

/**
 * Dials whom the circle names and keeps the links up. ssb-conn is its connection book (`conn.json`) and hub; the
 * scheduler of ssb-conn stays off, since it picks peers by its own taste and disconnects them every half hour.
 */
export const dialler = (options: DiallerOptions): SsbPlugin => ({
  name: 'dialler',
  version: '1.0.0',
  manifest: {},

  init(sbot): Dialler {
    const links = new Map<FeedId, Link>()
    let started: (() => void) | undefined

    const stop = () => {
      started?.()
      started = undefined
      for (const link of links.values()) link.stop()
      links.clear()
    }
    sbot.close.hook((proceed, parameters) => {
      stop()
      return proceed(...parameters)
    })

    return {
      async start() {
        if (started) return
        const apply = () => updateLinks(sbot, links, options)
        const end = options.circles.onChange(apply)
        started = end
        // Addresses remembered earlier would be loaded over ours if they came later.
        await sbot.conn.db().loaded()
        if (started === end) apply()
      },
      stop,
      links: () => [...links.values()].map(describe),
    }
  },
})

const updateLinks = (sbot: Sbot, links: Map<FeedId, Link>, options: DiallerOptions): void => {
  const { circles, onState, onWarning } = options
  const { targets, warnings } = circles.current().dialled
  for (const warning of warnings) onWarning?.(warning)

  const addresses = new Set(targets.map(({ address }) => address))
  for (const [address] of sbot.conn.dbPeers()) if (!addresses.has(address)) sbot.conn.forget(address)
  for (const [id, link] of links) {
    if (addresses.has(link.target.address)) continue
    link.stop()
    links.delete(id)
  }
  for (const target of targets) {
    if (links.has(target.id)) continue
    sbot.conn.remember(target.address, { type: 'messagenode', autoconnect: false })
    const link = new Link({
      conn: sbot.conn,
      target,
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      random: options.random ?? Math.random,
      onState: (changed) => onState?.(describe(changed)),
    })
    links.set(target.id, link)
    link.dial()
  }
}

const describe = ({ target, state, failures, lastError }: Link): LinkStatus => ({
  peer: target.id,
  address: target.address,
  state,
  failures,
  lastError,
})

export interface LinkStatus {
  readonly peer: FeedId
  readonly address: string
  readonly state: LinkState
  /** Dials that failed, or connections that did not last, in a row. */
  readonly failures: number
  /** Why the last dial failed, as the stack words it; for logs at debug level only. */
  readonly lastError: string | null
}

export interface Dialler {
  /** Begins to dial; call it when everything that replicates is in place. Idempotent. */
  start(): Promise<void>
  /** Closes all links that were dialled, and dials no more until started again. */
  stop(): void
  links(): readonly LinkStatus[]
}

export interface DiallerOptions {
  readonly circles: Circles
  readonly backoff?: Backoff
  /** In [0, 1): jitter only. */
  readonly random?: () => number
  readonly onState?: (link: LinkStatus) => void
  readonly onWarning?: (warning: DialWarning) => void
}
