import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { ReplicaSource } from '../../../src/archive/index.js'
import { messageLogPath } from '../../../src/cli/feeds/message-log.js'
import { dataDirectory } from '../../../src/node/data-directory.js'
import { LogWriter } from '../../../src/node/log-file.js'
import type { TestNetwork } from '../network.js'
import bipf from 'bipf'

/** What a node leaves on disk of what it received, without a node. */
export const writeDirectory = async (
  root: string,
  { members, file }: TestNetwork,
  source: ReplicaSource,
): Promise<void> => {
  const paths = dataDirectory(root)
  const log = messageLogPath(paths.ssb)
  for (const folder of [dirname(log), paths.evidence]) await mkdir(folder, { recursive: true })
  await writeFile(paths.network, `${JSON.stringify(file, null, 2)}\n`)
  await writeFile(paths.options, JSON.stringify({ kind: 'validator', ssb: { host: '127.0.0.1', port: 1 } }))
  const registration = members.find(({ name }) => name === source.name)?.registration
  await writeFile(paths.registration, JSON.stringify(registration))
  for (const { name, text } of source.evidence) await writeFile(join(paths.evidence, name), text)
  const writer = await LogWriter.create(log)
  let position = 0
  for await (const _place of source.scan()) {
    const { key, value, receivedAt } = source.read(position++)
    await writer.add(bipf.allocAndEncode({ key, value, timestamp: receivedAt }))
  }
  await writer.finish()
}
