import { messageLogPath, readMessageLog, type StoredMessage } from '../../../src/cli/feeds/message-log.js'
import { loadVerifySignature } from '../../../src/client/index.js'
import {
  type CertificateBody,
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  messageKeyOfValue,
  parseMessage,
  type SkipCertificateBody,
  verifyCertificate,
  verifyMessageSignature,
  type VerifySignature,
} from '../../../src/feeds/index.js'
import { dataDirectory } from '../../../src/node/data-directory.js'
import { electorateOf, type Network, registryOf, ROLE_MESSAGES } from '../../../src/roles/index.js'

/** What stands on a node's disk, read from outside while it runs or after: every feed, in the order of its log. */
export type HeldFeeds = ReadonlyMap<FeedId, readonly HeldMessage[]>

export interface HeldMessage extends FeedMessage {
  readonly value: ClassicMessage
}

export const readHeldFeeds = async (directory: string): Promise<HeldFeeds> => {
  const feeds = new Map<FeedId, HeldMessage[]>()
  const once = { follow: false, stop: new AbortController().signal }
  for await (const stored of readMessageLog(messageLogPath(dataDirectory(directory).ssb), once)) {
    const value = valueOf(stored)
    const feed = feeds.get(stored.author) ?? []
    feeds.set(stored.author, feed)
    feed.push({ ...parseMessage(stored.key, value), value })
  }
  return feeds
}

/** The fields in the order in which our nodes sign them. */
const valueOf = (stored: StoredMessage): ClassicMessage => {
  const { previous, sequence, author, timestamp, content, signature } = stored
  return { previous, sequence, author, timestamp, hash: 'sha256', content, signature }
}

/**
 * Everything about the feeds that the network file alone can refute, a sentence each: strangers, gaps, wrong keys
 * and signatures, clocks that go backwards, junk, messages of another role, certificates that do not verify, and
 * votes or proposals that contradict each other.
 */
export const faultsIn = async (network: Network, feeds: HeldFeeds): Promise<readonly string[]> => {
  const registry = registryOf(network)
  const electorate = electorateOf(network, network.genesis)
  const verify = await loadVerifySignature()
  const faults: string[] = []
  for (const [feed, messages] of feeds) {
    const place = registry.placeOf(feed)
    if (!place) {
      faults.push(`${feed} is no feed of the network`)
      continue
    }
    const said = new Set<string>()
    for (const [index, message] of messages.entries()) {
      const where = `${place.member.name}/${place.role} ${message.sequence}`
      const { body } = message
      for (const fault of linkFaults(message, messages[index - 1], verify)) faults.push(`${where}: ${fault}`)
      if (body.type === 'junk') faults.push(`${where}: ${body.code}`)
      else if (!ROLE_MESSAGES[place.role].includes(body.type))
        faults.push(`${where}: ${body.type} by this role`)
      if (isCertificate(body)) {
        const verdict = verifyCertificate(body, electorate, verify)
        if (verdict.verdict !== 'accept') faults.push(`${where}: ${verdict.code}`)
      }
      const slot = slotOf(body)
      if (slot !== null && said.has(slot)) faults.push(`${where}: ${slot} for the second time`)
      if (slot !== null) said.add(slot)
    }
  }
  return faults
}

const linkFaults = (
  message: HeldMessage,
  before: HeldMessage | undefined,
  verify: VerifySignature,
): readonly string[] => [
  ...(message.sequence === (before?.sequence ?? 0) + 1 ? [] : ['its sequence does not follow']),
  ...(message.previous === (before?.key ?? null) ? [] : ['it links another message than the one before']),
  ...(message.timestamp > (before?.timestamp ?? 0) ? [] : ['its timestamp does not follow']),
  ...(messageKeyOfValue(message.value) === message.key ? [] : ['its key is not its hash']),
  ...(verifyMessageSignature(message.value, null, verify) ? [] : ['its signature is wrong']),
]

type Body = FeedMessage['body']

const isCertificate = (body: Body): body is CertificateBody | SkipCertificateBody =>
  body.type === 'precommitted' || body.type === 'committed' || body.type === 'sealed'

/** What one feed may say only once (protocol section 5); commit and skip of a round exclude each other elsewhere. */
const slotOf = (body: Body): string | null => {
  switch (body.type) {
    case 'precommit':
    case 'precommitted':
      return `${body.skip ? 'skip ' : ''}${body.type} at height ${body.height}, round ${body.round}`
    case 'commit':
    case 'assembled':
    case 'committed':
      return `${body.type} at height ${body.height}, round ${body.round}`
    case 'block':
    case 'seal':
    case 'sealed':
      return `${body.type} at height ${body.height}`
    default:
      return null
  }
}

/** Feeds of which two nodes hold different branches; none of a sound network. */
export const forksBetween = (nodes: readonly HeldFeeds[]): readonly string[] => {
  const known = new Map<string, string>()
  const forks = new Set<string>()
  for (const [feed, messages] of nodes.flatMap((feeds) => [...feeds])) {
    for (const { sequence, key } of messages) {
      const name = `${feed} at ${sequence}`
      if ((known.get(name) ?? key) !== key) forks.add(name)
      known.set(name, key)
    }
  }
  return [...forks]
}

/** Newest sequence of every feed: equal maps, equal feeds, if there are no forks. */
export const tipsOf = (feeds: HeldFeeds): ReadonlyMap<FeedId, number> =>
  new Map([...feeds].map(([feed, messages]) => [feed, messages.at(-1)?.sequence ?? 0]))

export const messagesOf = (feeds: HeldFeeds): readonly HeldMessage[] => [...feeds.values()].flat()
