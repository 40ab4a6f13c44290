import { isFeedId } from '../../src/feeds/index.js'
import type { Refusal, Verdict } from '../../src/util/index.js'
import { ignore, RateLimit } from '../../src/util/index.js'
import type { RecentMessages } from '../recent-messages.js'
import type {
  Callback,
  ClassicMessage,
  FeedId,
  FeedFormat,
  Sbot,
  SsbPlugin,
  Unsubscribe,
} from '../types/index.js'
import { AheadBuffer } from './ahead-buffer.js'
import type { Evidence } from './intake.js'
import { Intake } from './intake.js'

/**
 * Cures D5: stock, received messages wait in a queue during which the replication clock is stale, so copies from
 * other peers join them, and one copy too many makes the whole batch be thrown away in silence. Here each message
 * is added, or refused with a reason, in the turn in which it arrives.
 */
export interface ImmediateAdd {
  /** Adds a message from a peer; what the log does not take leaves a verdict. */
  add(value: unknown): Verdict
  /** Also told at once what was found before: a replay at the start may find our own feed forked. */
  onEvidence(listener: (evidence: Evidence) => void): Unsubscribe
  onRefusal(listener: (refusal: Refusal) => void): Unsubscribe
  /** Drops what waits for its turn of feeds that are no longer accepted: the registry has changed. */
  forgetUnaccepted(): void
  /** How often each verdict fell since the start, by code; `accept` for messages added. */
  counts(): Readonly<Record<string, number>>
}

export interface ImmediateAddOptions {
  /** Feeds whose messages are taken at all; asked for each message, since the registry changes. */
  readonly accepts?: (author: FeedId) => boolean
}

const LIMITS = { aheadSequences: 256, ahead: { perFeed: 256, total: 4096 }, readsPerSecond: 20 }
/** More proofs against one feed prove nothing more. */
const EVIDENCE_PER_FEED = 8
const CLASSIC = { encoding: 'js', feedFormat: 'classic' } as const

export const immediateAdd = (options: ImmediateAddOptions = {}): SsbPlugin => ({
  name: 'immediateAdd',
  version: '1.0.0',
  manifest: {},
  init(sbot: Sbot & { readonly recentMessages: RecentMessages }): ImmediateAdd {
    const counts = new Map<string, number>()
    const evidenceByFeed = new Map<FeedId, Evidence[]>()
    const evidenceListeners = new Set<(evidence: Evidence) => void>()
    const refusalListeners = new Set<(refusal: Refusal) => void>()
    let running = false
    sbot.db.stateFeedsReady((ready) => {
      running = ready
    })
    sbot.close.hook((original, parameters) => {
      running = false
      return original(...parameters)
    })

    const onEvidence = (evidence: Evidence): void => {
      const found = evidenceByFeed.get(evidence.author) ?? []
      if (found.length >= EVIDENCE_PER_FEED) return
      evidenceByFeed.set(evidence.author, [...found, evidence])
      for (const listener of evidenceListeners) listener(evidence)
    }
    const accepts = options.accepts ?? (() => true)
    const ahead = new AheadBuffer(LIMITS.ahead)
    const intake = new Intake({ ...storage(sbot), accepts, onEvidence }, ahead, LIMITS)

    const add = (value: unknown): Verdict => {
      const verdict = running ? intake.take(value) : ignore('not-running')
      const code = verdict.verdict === 'accept' ? 'accept' : verdict.code
      counts.set(code, (counts.get(code) ?? 0) + 1)
      if (verdict.verdict !== 'accept') for (const listener of refusalListeners) listener(verdict)
      return verdict
    }
    replaceAdd(sbot, add)

    return {
      add,
      onEvidence: (listener) => {
        for (const found of evidenceByFeed.values()) found.forEach(listener)
        return subscribe(evidenceListeners, listener)
      },
      onRefusal: (listener) => subscribe(refusalListeners, listener),
      forgetUnaccepted: () => ahead.keepOnly(accepts),
      counts: () => Object.fromEntries(counts),
    }
  },
})

/** What ssb-ebt calls. Feeds of other formats are not ours and go the stock way. */
const replaceAdd = (sbot: Sbot, add: (value: unknown) => Verdict): void =>
  sbot.db.add.hook((original, parameters) => {
    const value = parameters[0]
    const callback = parameters.at(-1) as Callback
    const isClassic =
      typeof value === 'object' && value !== null && 'author' in value && isFeedId(value.author)
    if (!isClassic) return original(...parameters)
    const verdict = add(value)
    if (verdict.verdict === 'reject') callback(new Error(verdict.code), undefined)
    else callback(null, undefined)
    return undefined
  })

const storage = (sbot: Sbot & { readonly recentMessages: RecentMessages }) => {
  // The format is registered by a plugin that is loaded after the database, so it is looked up when needed.
  const format = (): FeedFormat => sbot.db.findFeedFormatByName('classic')
  const reads = new RateLimit(LIMITS.readsPerSecond, () => performance.now())
  return {
    tail: (feed: FeedId) => sbot.db.getState().get(feed),
    keyOf: (message: ClassicMessage) => format().getMsgId(message),
    verify: (message: ClassicMessage) => {
      let valid = false
      format().validateOOO(message, null, (error) => (valid = !error))
      return valid
    },
    append: (message: ClassicMessage) => {
      let added = false
      sbot.db.addImmediately(message, format(), CLASSIC, (error) => (added = !error))
      return added
    },
    held: (feed: FeedId, sequence: number) => {
      const tail = sbot.db.getState().get(feed)
      return tail?.sequence === sequence ? tail : sbot.recentMessages.at(feed, sequence)
    },
    readLater: (feed: FeedId, sequence: number, then: (held: ClassicMessage) => void) => {
      if (!reads.take()) return false
      sbot.db.getIndex('ebt').getNativeMsgFromAuthorSequence([feed, sequence], 'classic', (error, held) => {
        // An index that is wrong must not make evidence against anyone.
        if (!error && held.author === feed && held.sequence === sequence) then(held)
      })
      return true
    },
  }
}

const subscribe = <T>(listeners: Set<T>, listener: T): Unsubscribe => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
