import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import bipf from 'bipf'

import type { StoredMessage } from '../../../plugins/exchange/index.js'
import { type ClassicMessage, messageKeyOfValue } from '../../../src/feeds/index.js'
import { messageLogPath } from '../../../src/cli/feeds/message-log.js'
import { type Checkpoint, writeCheckpoint } from '../../../src/node/checkpoint/index.js'
import { dataDirectory } from '../../../src/node/data-directory.js'
import { BLOCK_SIZE, LogWriter } from '../../../src/node/log-file.js'
import { writeBeginnings } from '../../../src/node/pruning/index.js'
import { LongChain, MESSAGES_PER_BLOCK } from './long-chain.js'

/** Of the clock of a node that receives a block a second. */
const STARTED_AT = 1_700_000_000_000
const BLOCK_MS = 1000

/** The data directory of a Messagenode that follows a {@link LongChain}, as far as an audit reads one. */
export class LongDirectory {
  messages = 0
  logBytes = 0

  private constructor(
    readonly root: string,
    readonly chain: LongChain,
    private readonly writer: LogWriter,
  ) {}

  static async create(root: string, chain = new LongChain()): Promise<LongDirectory> {
    const paths = dataDirectory(root)
    const log = messageLogPath(paths.ssb)
    for (const folder of [dirname(log), paths.evidence]) await mkdir(folder, { recursive: true })
    const member = chain.setup.members.find(({ kind }) => kind === 'messagenode')
    const options = { kind: 'messagenode', ssb: { host: '127.0.0.1', port: 1 } }
    await writeFile(paths.network, JSON.stringify(chain.setup.file))
    await writeFile(paths.options, JSON.stringify(options))
    await writeFile(paths.registration, JSON.stringify(member?.registration))
    return new LongDirectory(root, chain, await LogWriter.create(log))
  }

  get log(): string {
    return messageLogPath(dataDirectory(this.root).ssb)
  }

  /** @param isKept which of them the log holds: what was pruned it does not. */
  async block(isKept: (message: StoredMessage) => boolean = () => true): Promise<readonly StoredMessage[]> {
    const messages = this.chain.next()
    const timestamp = STARTED_AT + this.chain.height * BLOCK_MS
    for (const { key, value } of messages.filter(isKept)) {
      const record = bipf.allocAndEncode({ key, value, timestamp })
      await this.writer.add(record)
      this.messages++
      this.logBytes += record.length
    }
    return messages
  }

  /** A record under the key of what it holds, whoever signed that. */
  async forge(value: ClassicMessage): Promise<void> {
    await this.writer.add(
      bipf.allocAndEncode({ key: messageKeyOfValue(value), value, timestamp: STARTED_AT }),
    )
  }

  /** As many whole blocks as these messages make. */
  async blocks(messages: number): Promise<this> {
    while (this.messages + MESSAGES_PER_BLOCK <= messages) await this.block()
    return this
  }

  /** The checkpoint of the block whose messages these are, the last one. */
  checkpointOf(messages: readonly StoredMessage[]): Checkpoint {
    const valueOf = (type: string) => {
      const found = messages.find(({ value }) => (value.content as { type?: unknown }).type === type)
      if (!found) throw new RangeError(`no ${type} among them`)
      return found.value
    }
    const { chain } = this
    const { chainId } = chain.network
    const certificates = { committed: valueOf('committed'), sealed: valueOf('sealed') }
    return { chainId, height: chain.height, ...chain.end, ...certificates, moot: {} }
  }

  /** As a node does that prunes up to where a checkpoint stands. */
  async prunedAt(checkpoint: Checkpoint): Promise<void> {
    const { ssb, checkpoints } = dataDirectory(this.root)
    await writeCheckpoint(checkpoints, checkpoint)
    const accepted = this.chain.lanes.flatMap((feed, lane) => {
      const tip = checkpoint.cut[lane]
      return tip && tip.sequence > 0 ? [{ feed, sequence: tip.sequence, key: tip.tip }] : []
    })
    await writeBeginnings(ssb, { height: checkpoint.height, accepted })
  }

  /** Adds a block to the log's file, which was finished, as a node does that runs. */
  async append(messages: readonly StoredMessage[]): Promise<void> {
    const block = Buffer.alloc(BLOCK_SIZE)
    let offset = 0
    for (const { key, value } of messages) {
      const record = bipf.allocAndEncode({ key, value, timestamp: STARTED_AT })
      offset = block.writeUInt16LE(record.length, offset)
      offset += record.copy(block, offset)
    }
    await appendFile(this.log, block)
  }

  async finish(): Promise<this> {
    await this.writer.finish()
    return this
  }
}

/** Finished, of so many blocks. */
export const longDirectory = async (
  root: string,
  blocks: number,
  chain?: LongChain,
): Promise<LongDirectory> =>
  (await (await LongDirectory.create(root, chain)).blocks(blocks * MESSAGES_PER_BLOCK)).finish()

export const checkpointFile = (root: string, height: number): string =>
  join(dataDirectory(root).checkpoints, `${String(height).padStart(16, '0')}.checkpoint`)
