import { dirname } from 'node:path'
import { mkdir, writeFile } from 'node:fs/promises'

import bipf from 'bipf'

import { messageLogPath } from '../../src/cli/feeds/message-log.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { LogWriter } from '../../src/node/log-file.js'
import { LongChain, MESSAGES_PER_BLOCK } from '../support/audit/long-chain.js'

const BLOCK_MS = 1000

export interface WrittenLog {
  readonly messages: number
  readonly logBytes: number
}

/** Writes the data directory of a node that was there from the first of so many messages to the last. */
export const writeLongLog = async (root: string, messages: number): Promise<WrittenLog> => {
  const chain = new LongChain()
  const paths = dataDirectory(root)
  const log = messageLogPath(paths.ssb)
  for (const folder of [dirname(log), paths.evidence]) await mkdir(folder, { recursive: true })
  await writeFile(paths.network, JSON.stringify(chain.setup.file))
  await writeFile(paths.options, JSON.stringify({ kind: 'messagenode', ssb: { host: '127.0.0.1', port: 1 } }))
  const member = chain.setup.members.find(({ kind }) => kind === 'messagenode')
  await writeFile(paths.registration, JSON.stringify(member?.registration))
  const writer = await LogWriter.create(log)
  const written = { messages: 0, logBytes: 0 }
  while (written.messages + MESSAGES_PER_BLOCK <= messages) {
    for (const { key, value } of chain.next()) {
      const record = bipf.allocAndEncode({ key, value, timestamp: 1_700_000_000_000 + chain.height * BLOCK_MS })
      await writer.add(record)
      written.messages++
      written.logBytes += record.length
    }
  }
  await writer.finish()
  return written
}
