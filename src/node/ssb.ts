import '../../plugins/shims.js'

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import SecretStack from 'secret-stack'
import box from 'ssb-box'
import classic from 'ssb-classic'
import conn from 'ssb-conn'
import ebtCompatibility from 'ssb-db2/compat/ebt'
import feedState from 'ssb-db2/compat/feedstate'
import post from 'ssb-db2/compat/post'
import publish from 'ssb-db2/compat/publish'
import database from 'ssb-db2/core'
import ebt from 'ssb-ebt'
import friends from 'ssb-friends'
import replicationScheduler from 'ssb-replication-scheduler'

import { boundedFlush } from '../../plugins/bounded-flush.js'
import { noDelay } from '../../plugins/no-delay.js'
import type { Sbot, SsbKeys, SsbPlugin } from '../../plugins/types/index.js'
import { CodedError } from '../util/index.js'

/** The SSB stack with all cures installed (docs/substrate.md). Nothing else in the project assembles one. */

export interface SsbConfig {
  /** The node's data directory; the stack writes to `db2/`, `ebt/` and `conn.json` below it. */
  readonly path: string
  /** The main identity: what connections are authenticated by. */
  readonly keys: SsbKeys
  /** 32 bytes: keeps strangers off the network altogether. */
  readonly networkKey: Uint8Array
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Loaded after the stack, in order. */
  readonly plugins?: readonly SsbPlugin[]
}

/**
 * Opens database and socket; the stack is ready to replicate when the promise resolves.
 *
 * @throws CodedError `ssb-port-unavailable`
 */
export const createSsb = async (config: SsbConfig): Promise<Sbot> => {
  const port = await freePort(config.host, config.port)
  const stack = SecretStack({ caps: { shs: Buffer.from(config.networkKey).toString('base64') } })
  for (const plugin of [
    database,
    classic,
    box,
    publish,
    post,
    ebtCompatibility,
    feedState,
    boundedFlush,
    friends,
    ebt,
    conn,
    replicationScheduler,
    noDelay,
    ...(config.plugins ?? []),
  ]) {
    stack.use(plugin)
  }
  const sbot = stack({
    path: config.path,
    keys: config.keys,
    db2: { addBatchThrottle: -1, writeTimeout: 10, flushDebounce: 20 },
    friends: { hops: 1, hookAuth: false },
    ebt: { logging: false },
    replicationScheduler: { partialReplication: null },
    conn: { autostart: false },
    timers: { inactivity: 600e3, handshake: 5e3 },
    connections: {
      incoming: { net: [{ scope: 'device', host: config.host, port, transform: 'shs' }] },
      outgoing: { net: [{ transform: 'shs' }] },
    },
  }) as Sbot
  await Promise.all([
    new Promise<void>((resolve) => sbot.on('multiserver:listening', resolve)),
    new Promise<void>((resolve) => {
      sbot.db.stateFeedsReady((ready) => {
        if (ready) resolve()
      })
    }),
  ])
  return sbot
}

const freePort = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new CodedError(
          'ssb-port-unavailable',
          `cannot listen on ${host}:${port}`,
          { host, port, reason: cause.code },
          { cause },
        ),
      )
    })
    probe.listen(port, host, () => {
      const chosen = (probe.address() as AddressInfo).port
      probe.close(() => resolve(chosen))
    })
  })
