import type { EvidenceShelf, HeldEvidence } from '../../chain-store/index.js'
import type { ClassicMessage, FeedId, FeedMessage } from '../../feeds/index.js'
import { type Finding, lawOf, type Verify, Watch } from '../../protocol/index.js'
import type { Network } from '../../roles/index.js'
import type { Link } from '../link.js'
import type { UnvotedBody } from '../sign-guard.js'
import { Inspector } from './inspector.js'
import { EvidenceKeeper } from './keeper.js'
import { type Evidence, EvidenceStore } from './store.js'

/** Everything of a node that has to do with misbehaviour: it finds, proves, keeps, spreads, and tells the node. */
export interface EvidenceDesk extends EvidenceShelf {
  /** Every message of every feed, in order, own ones included, from the replay on. */
  receive(message: FeedMessage): void
  /** Messages that this peer showed by key. */
  fetched(from: FeedId, messages: readonly FeedMessage[]): void
  /** Two messages of one feed, both signed, that no single feed can hold. */
  contradiction(a: ClassicMessage, b: ClassicMessage): void
  /** Something evident that was seen elsewhere. */
  evident(finding: Finding): void
  connected(peer: FeedId): void
  /** Acts on what an earlier life put on record. */
  recall(): void
  /** Publishing may begin. */
  start(): void
  /** Resolves once what was found is on disk. */
  stop(): Promise<void>
}

export interface DeskOptions {
  readonly directory: string
  readonly network: Network
  readonly self: FeedId
  readonly verify: Verify
  readonly link: Link
  /** Feeds whose ends are compared with those of peers. */
  readonly feeds: () => readonly FeedId[]
  readonly publish: (body: UnvotedBody) => Promise<unknown>
  readonly onEvidence: (evidence: Evidence, isNew: boolean) => void
  readonly onEvent: (
    name: 'damaged-evidence' | 'refused-evidence',
    facts: Readonly<Record<string, unknown>>,
  ) => void
  readonly onTrouble: (error: unknown) => void
}

/** @throws CodedError `evidence-unreadable` */
export const openDesk = async (options: DeskOptions): Promise<EvidenceDesk> => {
  const { network, self, link, onEvent, onTrouble, onEvidence } = options
  const { substrate } = link
  const law = lawOf(network, options.verify)
  const store = await EvidenceStore.open(options.directory, law, (file, code) =>
    onEvent('damaged-evidence', { file, code }),
  )
  const kind = network.members.find(({ id }) => id === self)?.kind
  const keeper = new EvidenceKeeper(store, law, {
    self,
    relays: kind === 'messagenode',
    publish: options.publish,
    onEvidence,
    onRefused: (by, hash, code) => onEvent('refused-evidence', { by, hash, code }),
    onTrouble,
  })
  const inspector = new Inspector(new Watch(law), {
    readFeed: (feed, from, limit) => substrate.readFeed(feed, from, limit),
    getByKey: (key) => substrate.getByKey(key),
    fetch: async (peer, key) => (await link.ask(peer, { kind: 'message', key, from: [peer] }))[0],
    peers: () => substrate.peers(),
    tipsFrom: (peer) => link.tipsFrom(peer, options.feeds()),
    onFinding: (finding, messages) => keeper.found(finding, messages),
  })
  const mainFeeds = new Set(network.members.map(({ id }) => id))

  return {
    receive: (message) => {
      inspector.receive(message)
      if (mainFeeds.has(message.author)) keeper.receive(message)
    },
    fetched: (from, messages) => inspector.fetched(messages, from),
    contradiction: (a, b) => inspector.contradiction(a, b),
    evident: (finding) => keeper.found(finding, []),
    connected: (peer) => inspector.connected(peer),
    recall: () => keeper.recall(),
    start: () => keeper.start(),
    stop: () => {
      inspector.stop()
      return keeper.settled()
    },
    list: () => store.list().map(heldOf),
    proof: (hash) => store.proof(hash),
  }
}

const heldOf = ({ hash, finding, proof }: Evidence): HeldEvidence => ({
  ...finding,
  hash,
  proved: proof !== null,
})
