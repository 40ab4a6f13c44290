import { dataDirectory, lockDirectory } from '../../node/data-directory.js'
import { FEED_TYPES } from '../../../plugins/feed-requests/wanted-feeds.js'
import { readPassphrase } from '../files.js'
import { countMessages, readMessageLog } from '../feeds/message-log.js'
import { command, count, DIRECTORY, FILE, flag, optional, required, someOf } from '../kit/index.js'
import { openDirectory, printMessage } from './feed.js'
import type { StartNode } from './start.js'

export const follow = (startNode: StartNode) =>
  command({
    name: 'follow',
    summary: 'run an observer that replicates only the chosen feeds, and print them',
    details: `The feeds are ${FEED_TYPES.join(', ')}. With --json, each message is one line.`,
    arguments: {},
    options: {
      dir: required(DIRECTORY, 'data directory of an observer'),
      feeds: required(someOf('<type,...>', ...FEED_TYPES), 'types of feed, separated by commas'),
      network: optional(FILE, 'the signed network file (default: as node.json says)'),
      passphraseFile: optional(FILE, 'opens the key file with the first line of this file'),
      all: flag('begin with what was replicated before'),
      limit: optional(count(1), 'stop after so many messages'),
    },
    examples: [
      'blockfin follow --dir devnet/observer-1 --feeds sealed',
      'blockfin follow --dir devnet/observer-1 --feeds sealed,committed --json',
    ],
    async run({ dir, feeds: types, network, passphraseFile, all, limit }, terminal) {
      const { feeds, log } = await openDirectory(dir, network)
      const names = new Map(feeds.map(({ feed, name }) => [feed, name]))
      const passphrase = await readPassphrase(passphraseFile)
      const stop = new AbortController()
      // Whoever runs there is told of at once, and not after a long log was counted.
      await (await lockDirectory(dir)).release()
      const skip = all ? 0 : await countMessages(log)
      const node = await startNode({
        directory: dataDirectory(dir).root,
        feeds: types,
        ...(network === undefined ? {} : { networkFile: network }),
        ...(passphrase === undefined ? {} : { passphrase }),
      })
      const failed = node.failed.finally(() => stop.abort())
      try {
        const messages = readMessageLog(log, {
          follow: true,
          skip,
          stop: AbortSignal.any([terminal.stop, stop.signal]),
        })
        let printed = 0
        for await (const message of messages) {
          const name = names.get(message.author)
          if (name === undefined || !types.some((type) => type === message.type)) continue
          printMessage(terminal, name, message)
          if (++printed === limit) break
        }
        if (stop.signal.aborted) await failed
      } finally {
        await node.close()
      }
      return { json: undefined, text: '', exitCode: 0 }
    },
  })
