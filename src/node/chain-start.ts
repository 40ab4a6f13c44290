import type { Logger } from 'pino'

import { type ChainStore, openChainStore } from '../chain-store/index.js'
import { messageKeyOfValue, parseMessage } from '../feeds/index.js'
import type { Context } from '../protocol/index.js'
import { feedsOf, lanesOf, type Registry } from '../roles/index.js'
import { loadApplication } from './application.js'
import {
  checkpointHeights,
  CheckpointWriter,
  type ChosenOrigin,
  chooseOrigin,
  mootMessages,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint/index.js'
import type { NodeConfig } from './config.js'
import { codeOf } from './health/index.js'
import { planPruning, type PruneOrder, PruneSchedule, readBeginnings } from './pruning/index.js'
import type { Substrate } from './substrate.js'
import { rememberingVerify } from './verify.js'

/** What the chain goes on from, before any feed is read. */
export interface ChainStart extends ChosenOrigin {
  readonly context: Context<unknown>
  readonly store: ChainStore
  /** What goes now. */
  readonly prune: PruneOrder
  /** When the next pruning is due; null if nothing is ever pruned. */
  readonly schedule: PruneSchedule | null
}

/**
 * Opens the blocks of a member, chooses the checkpoint to go on from, and what is pruned below it.
 * @throws CodedError as `loadApplication`, `openChainStore`, `readBeginnings`
 */
export const openChain = async (config: NodeConfig, logger: Logger): Promise<ChainStart> => {
  const context: Context<unknown> = {
    network: config.network,
    self: config.main.id,
    verify: rememberingVerify(),
    application: await loadApplication(config.application, rememberingVerify()),
  }
  const store = await openChainStore(config.directory.chain, config.network.chainId)
  try {
    const chosen = await chooseOrigin(
      config.directory.checkpoints,
      context,
      store.latestHeight,
      (height, code) => logger.warn({ height, code }, 'checkpoint passed over'),
    )
    logger.info({ height: chosen.origin.height }, 'starts from')
    return { context, store, ...chosen, ...(await pruningOf(config, chosen, store)) }
  } catch (error) {
    await store.close()
    throw error
  }
}

const pruningOf = async (
  { directory, network, member, pruneBlocks }: NodeConfig,
  { origin }: ChosenOrigin,
  store: ChainStore,
): Promise<Pick<ChainStart, 'prune' | 'schedule'>> => {
  const checkpoints = await wholeCheckpoints(directory.checkpoints, origin.height)
  const rank = network.members.filter(({ id }) => id < member.id).length
  const members = network.members.length
  const prune = await planPruning({
    pruneBlocks,
    lanes: lanesOf(network.genesis),
    cut: origin.cut,
    checkpoints,
    prunedHeight: (await readBeginnings(directory.ssb)).height,
    transactions: (height) => store.transactions(height),
  })
  const schedule =
    pruneBlocks === null ? null : new PruneSchedule({ pruneBlocks, checkpoints, rank, members })
  return { prune, schedule }
}

/** Heights that a start can go on from, up to this one, newest first. */
const wholeCheckpoints = async (directory: string, upTo: number): Promise<readonly number[]> => {
  const heights = (await checkpointHeights(directory)).filter((height) => height <= upTo)
  const read = await Promise.all(heights.map((height) => readCheckpoint(directory, height)))
  return read.flatMap((checkpoint) => checkpoint?.height ?? [])
}

export interface CheckpointPorts {
  readonly config: NodeConfig
  readonly logger: Logger
  readonly chain: ChainStart
  readonly substrate: Substrate
  readonly registry: () => Registry
}

/** What writes down where a later start goes on, and tells the schedule of pruning. */
export const writeCheckpoints = ({
  config,
  logger,
  chain,
  substrate,
  registry,
}: CheckpointPorts): CheckpointWriter => {
  const own = new Set(feedsOf(config.member).map(([, feed]) => feed))
  return new CheckpointWriter({
    context: chain.context,
    origin: chain.origin,
    everyBlocks: config.checkpointBlocks,
    messageByKey: (key) => substrate.getByKey(key),
    moot: (height, cut) =>
      mootMessages(
        {
          registry: registry(),
          isOwn: (feed) => own.has(feed),
          tip: (feed) => substrate.tip(feed)?.sequence ?? 0,
          read: async (feed, sequence) => {
            const [value] = await substrate.readFeed(feed, sequence, 1)
            return value ? parseMessage(messageKeyOfValue(value), value) : null
          },
        },
        height,
        cut,
      ),
    write: (checkpoint) => writeCheckpoint(config.directory.checkpoints, checkpoint),
    onWritten: (height) => {
      chain.schedule?.written(height)
      logger.debug({ height }, 'checkpoint written')
    },
    onFailed: (height, error) =>
      logger.warn({ height, code: codeOf(error) }, 'checkpoint could not be written'),
  })
}
