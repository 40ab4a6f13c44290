import {
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
} from '../../feeds/index.js'
import type { Finding, Quote, Sign, Watch } from '../../protocol/index.js'
import { Errands } from './errands.js'
import { atHeight } from './at-height.js'

/** What an inspector reads, here and at peers. */
export interface InspectorPorts {
  /** Ascending and without gaps, on the branch that is replicated. */
  readonly readFeed: (feed: FeedId, from: number, limit: number) => Promise<readonly ClassicMessage[]>
  /** Any message held, on whatever branch. */
  readonly getByKey: (key: MessageKey) => Promise<ClassicMessage | undefined>
  /** Fetches one message from a peer, verified and kept for `getByKey`. */
  readonly fetch: (peer: FeedId, key: MessageKey) => Promise<FeedMessage | undefined>
  readonly peers: () => readonly FeedId[]
  readonly tipsFrom: (peer: FeedId) => Promise<readonly Tip[]>
  /** Called with the messages of each finding, as they were signed. */
  readonly onFinding: (finding: Finding, messages: readonly ClassicMessage[]) => void
}

interface Tip {
  readonly feed: FeedId
  readonly sequence: number
  readonly key: MessageKey | null
}

/** How often each connected peer is asked where its feeds end: a fork of equal heights shows nowhere else. */
const TIPS_EVERY_MS = 30_000
/** During a replay nothing waits for its turn longer than this many messages. */
const BATCH_SIZE = 256
/** Peers asked for a message that somebody quotes: the one who does, and then who may have it from there. */
const PEERS_ASKED = 4

/** Runs a watch: hands it every message after the core has had it, and brings what it asks to see. */
export class Inspector {
  readonly #inbox: FeedMessage[] = []
  readonly #errands = new Errands()
  readonly #tipsTimer: NodeJS.Timeout
  #draining: NodeJS.Immediate | null = null

  constructor(
    private readonly watch: Watch,
    private readonly ports: InspectorPorts,
  ) {
    this.#tipsTimer = setInterval(() => {
      for (const peer of ports.peers()) this.connected(peer)
    }, TIPS_EVERY_MS)
    this.#tipsTimer.unref()
  }

  /** Takes the next message of a feed. */
  receive(message: FeedMessage): void {
    this.#inbox.push(message)
    if (this.#inbox.length >= BATCH_SIZE) this.#drain()
    else this.#draining ??= setImmediate(() => this.#drain())
  }

  /** Takes messages that this peer showed by key. */
  fetched(messages: readonly FeedMessage[], from: FeedId): void {
    this.#drain()
    for (const message of messages) this.#follow(this.watch.takeFetched(message, from))
  }

  /** Takes two messages that replication found to contradict each other. */
  contradiction(a: ClassicMessage, b: ClassicMessage): void {
    this.#follow(this.watch.weigh(parsed(a), parsed(b)))
  }

  /** Compares where this peer's feeds end with what is held here. */
  connected(peer: FeedId): void {
    this.#errands.add(async () => {
      for (const { feed, sequence, key } of await this.ports.tipsFrom(peer)) {
        if (key !== null) this.#follow(this.watch.takeQuote({ feed, sequence, key, by: peer }))
      }
    })
  }

  stop(): void {
    clearInterval(this.#tipsTimer)
    if (this.#draining) clearImmediate(this.#draining)
    this.#errands.stop()
  }

  #drain(): void {
    if (this.#draining) clearImmediate(this.#draining)
    this.#draining = null
    for (const message of this.#inbox.splice(0)) this.#follow(this.watch.take(message))
  }

  #follow(signs: readonly Sign[]): void {
    for (const sign of signs) {
      // Told once, so never dropped.
      if (sign.kind === 'finding') this.#report(sign.finding).catch(() => undefined)
      else this.#errands.add(() => this.#heed(sign))
    }
  }

  async #heed(sign: Exclude<Sign, { kind: 'finding' }>): Promise<void> {
    switch (sign.kind) {
      case 'compare':
        return this.#compare(sign.quote)
      case 'fetch': {
        if (await this.ports.getByKey(sign.key)) return
        const message = await this.#fetch(sign.key, sign.from)
        return message && this.#follow(this.watch.takeFetched(message, sign.from))
      }
      case 'scan': {
        const found = await atHeight(this.ports.readFeed, sign.feed, sign.height)
        for (const message of found) this.#follow(this.watch.weigh(message, sign.suspect))
      }
    }
  }

  async #report(finding: Finding): Promise<void> {
    const messages = await Promise.all(finding.messages.map((key) => this.ports.getByKey(key)))
    this.ports.onFinding(
      finding,
      messages.filter((message) => message !== undefined),
    )
  }

  /** What is held at a quoted place, beside the message that somebody says stands there. */
  async #compare({ feed, sequence, key, by }: Quote): Promise<void> {
    const [value] = await this.ports.readFeed(feed, sequence, 1)
    if (!value) return
    const held = parsed(value)
    if (held.key === key) return
    const kept = await this.ports.getByKey(key)
    const quoted = kept ? parsed(kept) : await this.#fetch(key, by)
    if (quoted) this.#follow(this.watch.weigh(held, quoted))
  }

  async #fetch(key: MessageKey, from: FeedId): Promise<FeedMessage | undefined> {
    const peers = this.ports.peers()
    const asked = [from, ...peers.filter((peer) => peer !== from)].slice(0, PEERS_ASKED)
    for (const peer of asked) {
      if (!peers.includes(peer)) continue
      const message = await this.ports.fetch(peer, key).catch(() => undefined)
      if (message?.key === key) return message
    }
    return undefined
  }
}

const parsed = (value: ClassicMessage): FeedMessage => parseMessage(messageKeyOfValue(value), value)
