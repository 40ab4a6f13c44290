import { loadNetworkFile } from '../../roles/index.js'
import { dataDirectory } from '../../node/data-directory.js'
import { networkFileOf } from '../../node/config.js'
import { findFeed, namedFeeds, type NamedFeed } from '../feeds/feed-names.js'
import { messageLogPath, readMessageLog, type StoredMessage } from '../feeds/message-log.js'
import {
  command,
  count,
  DIRECTORY,
  flag,
  optional,
  required,
  TEXT,
  toJson,
  withDefault,
  type Terminal,
} from '../kit/index.js'

const DIRECTORY_OPTION = required(DIRECTORY, 'data directory of a node, running or not')

export const feedList = command({
  name: 'feed list',
  summary: 'list the feeds of the network, with what a node holds of each',
  arguments: {},
  options: { dir: DIRECTORY_OPTION },
  examples: ['blockfin feed list --dir devnet/messagenode-1'],
  async run({ dir }, terminal) {
    const { feeds, log } = await openDirectory(dir)
    const held = new Map<string, StoredMessage>()
    let read = 0
    for await (const message of readMessageLog(log, { follow: false, stop: terminal.stop })) {
      held.set(message.author, message)
      if (++read % 100_000 === 0) terminal.progress(`read ${read} messages`)
    }
    const rows = feeds.map((feed) => ({ ...row(feed), ...tip(held.get(feed.feed)) }))
    return {
      json: rows,
      text: rows
        .map(({ name, type, messages, feed }) =>
          [name.padEnd(36), type.padEnd(12), String(messages).padStart(8), feed].join('  '),
        )
        .join('\n'),
    }
  },
})

const row = ({ name, feed, role, type, member }: NamedFeed) => ({ name, type, role, owner: member.id, feed })

/** Feeds are without gaps, so the newest sequence is the count. */
const tip = (newest: StoredMessage | undefined) => ({
  messages: newest?.sequence ?? 0,
  newest: newest?.key ?? null,
  timestamp: newest?.timestamp ?? null,
})

export const feedRead = command({
  name: 'feed read',
  summary: 'print the messages of one feed',
  details:
    'FEED is a feed id, or a name such as validator-1/seal, messagenode-1/sealed or registrar/main. ' +
    'With --json, each message is one line.',
  arguments: { feed: required(TEXT, 'feed id or name') },
  options: {
    dir: DIRECTORY_OPTION,
    type: optional(TEXT, 'only messages of this type'),
    from: withDefault(count(1), '1', 'first sequence number'),
    follow: flag('go on with new messages until interrupted'),
    limit: optional(count(1), 'stop after so many messages'),
  },
  examples: [
    'blockfin feed read messagenode-1/sealed --dir devnet/messagenode-1 --limit 3',
    'blockfin feed read validator-1/transaction --dir devnet/messagenode-1 --follow --json',
  ],
  async run({ feed: wanted, dir, type, from, follow, limit }, terminal) {
    const { feeds, log } = await openDirectory(dir)
    const { feed, name } = findFeed(feeds, wanted)
    let printed = 0
    for await (const message of readMessageLog(log, { follow, stop: terminal.stop })) {
      if (message.author !== feed || message.sequence < from) continue
      if (type !== undefined && message.type !== type) continue
      printMessage(terminal, name, message)
      if (++printed === limit) break
    }
    if (printed === 0 && !follow) terminal.progress(`${name} holds no such message here`)
    return { json: undefined, text: '', ...(follow ? { exitCode: 0 } : {}) }
  },
})

export const printMessage = (terminal: Terminal, name: string, message: StoredMessage): void => {
  const { key, author, sequence, previous, timestamp, content, signature } = message
  terminal.record(
    { key, feed: name, author, sequence, previous, timestamp, content, signature },
    `${name} ${sequence}  ${new Date(timestamp).toISOString()}  ${key}\n  ${toJson(content)}`,
  )
}

/** The feeds that the network has, and where this node's messages stand. */
export const openDirectory = async (
  directory: string,
  networkFile?: string,
): Promise<{ readonly feeds: readonly NamedFeed[]; readonly log: string }> => {
  const network = await loadNetworkFile(networkFile ?? (await networkFileOf(directory)))
  return { feeds: namedFeeds(network), log: messageLogPath(dataDirectory(directory).ssb) }
}
