import '../../plugins/shims.js'

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import SecretStack from 'secret-stack'
import box from 'ssb-box'
import classic from 'ssb-classic'
import conn from 'ssb-conn'
import ebtCompatibility from 'ssb-db2/compat/ebt.js'
import feedState from 'ssb-db2/compat/feedstate.js'
import post from 'ssb-db2/compat/post.js'
import publish from 'ssb-db2/compat/publish.js'
import database from 'ssb-db2/core.js'
import ebt from 'ssb-ebt'
import friends from 'ssb-friends'
import replicationScheduler from 'ssb-replication-scheduler'

import { boundedFlush } from '../../plugins/bounded-flush.js'
import { doorkeeper, type Doorkeeper, type DoorLimits } from '../../plugins/doorkeeper.js'
import { type CheckedReads, checkedReads } from '../../plugins/checked-reads.js'
import type { DurablePublish, DurablePublishOptions, Recovery } from '../../plugins/durable-publish/index.js'
import { durablePublish } from '../../plugins/durable-publish/index.js'
import type { ImmediateAdd } from '../../plugins/immediate-add/index.js'
import { immediateAdd } from '../../plugins/immediate-add/index.js'
import type { KeyIndex } from '../../plugins/key-index.js'
import { keyIndex } from '../../plugins/key-index.js'
import type { LogTail } from '../../plugins/log-tail.js'
import { logTail } from '../../plugins/log-tail.js'
import { hangUp } from '../../plugins/hang-up.js'
import { noDelay } from '../../plugins/no-delay.js'
import { type PatientWrites, patientWrites } from '../../plugins/patient-writes.js'
import type { RecentMessages } from '../../plugins/recent-messages.js'
import { recentMessages } from '../../plugins/recent-messages.js'
import { type StartGate, startGate } from '../../plugins/start-gate.js'
import type { FeedId, Sbot, SsbKeys, SsbPlugin } from '../../plugins/types/index.js'
import type { WireFault } from '../../plugins/wire-faults.js'
import { wireGuard } from '../../plugins/wire-guard.js'
import { CodedError } from '../util/index.js'
import { codeOf } from './health/index.js'
import {
  areIndexesTrusted,
  awaitReadiness,
  distrustIndexes,
  doIndexesOpen,
  doIndexesAgree,
  removeIndexes,
  trustIndexes,
} from './database-repair.js'
import { repairLog } from './log-repair.js'
import type { LogScan, Place } from './log-scan.js'
import { requireNativeCrypto } from './native-crypto.js'
import { pruneLog, type PruneOrder } from './pruning/index.js'

/** The SSB stack with all cures installed (docs/substrate.md). Nothing else in the project assembles one. */

export interface SsbConfig {
  /** The node's data directory; the stack writes to `db2/`, `ebt/`, `wal/` and `conn.json` below it. */
  readonly path: string
  /** The main identity: what connections are authenticated by. */
  readonly keys: SsbKeys
  /** 32 bytes: keeps strangers off the network altogether. */
  readonly networkKey: Uint8Array
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Feeds whose messages are taken from peers at all; everyone's if not given. */
  readonly accepts?: (author: FeedId) => boolean
  /** Told of every packet that closed the connection it came from. */
  readonly onWireFault?: (fault: WireFault) => void
  /** Bounds on connections that have not shown whose they are. */
  readonly door?: Partial<DoorLimits>
  /** Told of what was wrong with the disk, and was put right or kept from doing harm. */
  readonly onNotice?: (notice: DiskNotice) => void
  /** Loaded after the stack, in order. */
  readonly plugins?: readonly SsbPlugin[]
  /** How long the database may stand still at the start before it is repaired; default 10 s. */
  readonly patienceMs?: number
  readonly writeAheadLog?: DurablePublishOptions
  /** What of the log is to go before it is opened. */
  readonly prune?: PruneOrder
}

export interface DiskNotice {
  /** `record-damaged`: a record rotted while the node runs; it is not given out, and dropped at the next start. */
  readonly name:
    'log-repaired' | 'log-pruned' | 'log-prune-failed' | 'indexes-rebuilt' | 'record-damaged' | 'wal-damaged'
  readonly facts: Readonly<Record<string, unknown>>
}

/** The stack as assembled here: each cure is found under its plugin's name. */
export interface Ssb extends Sbot {
  readonly logTail: LogTail
  readonly recentMessages: RecentMessages
  readonly keyIndex: KeyIndex
  readonly checkedReads: CheckedReads
  readonly patientWrites: PatientWrites
  readonly immediateAdd: ImmediateAdd
  readonly durablePublish: DurablePublish
  readonly doorkeeper: Doorkeeper
  readonly startGate: StartGate
  readonly host: string
  readonly port: number
  /** What was found in the write-ahead log at the start. */
  readonly recovery: Recovery
  /** Whole messages that had to go because one before them is damaged: the newest of each feed. */
  readonly lost: ReadonlyMap<FeedId, Place>
  /** Of feeds whose beginning is not held any more the last message that went. */
  readonly pruned: ReadonlyMap<FeedId, Place>
}

const DEFAULT_PATIENCE_MS = 10_000
/** A stuck database may not close either; its files are released by then. */
const CLOSE_PATIENCE_MS = 2_000

/**
 * Opens database and socket; when the promise resolves, everything that was ever published or received here is
 * in the log and the stack may replicate.
 *
 * @throws CodedError `native-crypto-missing`, `ssb-port-unavailable`, `log-unreadable`, `log-repair-failed`,
 *   `beginnings-damaged`, `database-unusable`, `wal-write-failed`
 */
export const createSsb = async (config: SsbConfig): Promise<Ssb> => {
  requireNativeCrypto()
  const port = await freePort(config.host, config.port)
  const log = await checkedLog(config)
  const sbot = (await start(config, port, log)) ?? (await startRebuilt(config, port, log))
  if (sbot === undefined) {
    throw new CodedError('database-unusable', 'the database does not open, even with its indexes rebuilt', {
      path: config.path,
    })
  }
  await trustIndexes(config.path)
  sbot.checkedReads.onDamage((offset) => {
    config.onNotice?.({ name: 'record-damaged', facts: { offset } })
    distrustIndexes(config.path).catch(() => undefined)
  })
  sbot.patientWrites.onIndexTrouble(() => void distrustIndexes(config.path).catch(() => undefined))
  const recovery = await sbot.durablePublish.open()
  // Peers come in behind the own messages that the log did not have yet.
  sbot.startGate.open()
  if (recovery.damagedSegments > 0) config.onNotice?.({ name: 'wal-damaged', facts: { ...recovery } })
  const { lost, pruned } = log
  return Object.assign(sbot, { host: config.host, port, recovery, lost, pruned })
}

type StartedSsb = Omit<Ssb, 'host' | 'port' | 'recovery' | 'lost' | 'pruned'>

type ReadyLog = Pick<Ssb, 'lost'> & Pick<LogScan, 'tails' | 'pruned'>

/** The log as it can be read, and no index that was made of another. */
const checkedLog = async (config: SsbConfig): Promise<ReadyLog> => {
  const repaired = await repairLog(config.path)
  const { damage, aside, kept } = repaired
  if (damage !== null) {
    const { newest, ...counts } = damage
    config.onNotice?.({ name: 'log-repaired', facts: { ...counts, feeds: newest.size, kept, aside } })
  }
  const { tails, pruned } = await prunedLog(config, repaired)
  if (damage !== null || !(await areIndexesTrusted(config.path))) await removeIndexes(config.path)
  else if (!(await doIndexesOpen(config.path))) await rebuildIndexes(config, 'unopenable')
  return { lost: damage?.newest ?? new Map(), tails, pruned }
}

/** A disk that does not take the smaller log must not keep the node from running on the one that is there. */
const prunedLog = async (config: SsbConfig, log: LogScan): Promise<Pick<LogScan, 'tails' | 'pruned'>> => {
  if (config.prune === undefined) return log
  const { height } = config.prune
  try {
    const result = await pruneLog(config.path, log, config.prune)
    if (result === null) return log
    const { went, kept, refetched } = result
    config.onNotice?.({ name: 'log-pruned', facts: { height, went, kept, refetched } })
    return result
  } catch (error) {
    config.onNotice?.({ name: 'log-prune-failed', facts: { height, code: codeOf(error) } })
    return repairLog(config.path)
  }
}

const startRebuilt = async (
  config: SsbConfig,
  port: number,
  log: ReadyLog,
): Promise<StartedSsb | undefined> => {
  await rebuildIndexes(config, 'wrong')
  return start(config, port, log)
}

const rebuildIndexes = async (config: SsbConfig, reason: 'unopenable' | 'wrong'): Promise<void> => {
  config.onNotice?.({ name: 'indexes-rebuilt', facts: { reason } })
  await removeIndexes(config.path)
}

const start = async (config: SsbConfig, port: number, log: ReadyLog): Promise<StartedSsb | undefined> => {
  const sbot = assemble(config, port, log)
  const listening = new Promise<void>((resolve) => sbot.on('multiserver:listening', resolve))
  const readiness = await awaitReadiness(sbot, config.patienceMs ?? DEFAULT_PATIENCE_MS)
  if (readiness === 'ready' && (await doIndexesAgree(sbot, log.tails))) {
    await listening
    return sbot
  }
  await Promise.race([
    new Promise<void>((resolve) => sbot.close(() => resolve())),
    new Promise<void>((resolve) => setTimeout(resolve, CLOSE_PATIENCE_MS)),
  ])
  return undefined
}

const assemble = (config: SsbConfig, port: number, log: ReadyLog): StartedSsb => {
  const stack = SecretStack({ caps: { shs: Buffer.from(config.networkKey).toString('base64') } })
  for (const plugin of pluginsOf(config, log)) stack.use(plugin)
  return stack({
    path: config.path,
    keys: config.keys,
    // The bounded debounce must not meet negative periods: each append would then write its own block.
    db2: { addBatchThrottle: -1, writeTimeout: 250, flushDebounce: 500 },
    // 0 hops would silently mean 3. The auth hook waits for an index (D3); admission is our own.
    friends: { hops: 1, hookAuth: false },
    ebt: { logging: false },
    replicationScheduler: { partialReplication: null },
    conn: { autostart: false },
    timers: { inactivity: 600e3, handshake: 5e3 },
    connections: {
      incoming: { net: [{ scope: 'device', host: config.host, port, transform: 'shs' }] },
      outgoing: { net: [{ transform: 'shs' }] },
    },
  }) as StartedSsb
}

/** The log's own watchers stand before ssb-ebt, so that they see every message first. */
const pluginsOf = (config: SsbConfig, { pruned }: ReadyLog): readonly object[] => [
  database,
  classic,
  box,
  publish,
  post,
  ebtCompatibility,
  feedState,
  boundedFlush,
  logTail,
  patientWrites,
  checkedReads,
  recentMessages({ isPruned: (feed, sequence) => sequence <= (pruned.get(feed)?.sequence ?? 0) }),
  keyIndex,
  immediateAdd(config.accepts === undefined ? {} : { accepts: config.accepts }),
  durablePublish(config.writeAheadLog),
  friends,
  ebt,
  conn,
  replicationScheduler,
  noDelay,
  wireGuard(config.onWireFault),
  hangUp,
  doorkeeper(config.door),
  ...(config.plugins ?? []),
  startGate,
]

/** multiserver reports a port in use only on the console, so the port is tried first. */
const freePort = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const facts = { host, port, reason: cause.code }
      reject(new CodedError('ssb-port-unavailable', `cannot listen on ${host}:${port}`, facts, { cause }))
    })
    probe.listen(port, host, () => {
      const chosen = (probe.address() as AddressInfo).port
      probe.close(() => resolve(chosen))
    })
  })
