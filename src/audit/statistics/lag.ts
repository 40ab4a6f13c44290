import type { FeedId } from '../../feeds/index.js'
import type { Law } from '../../protocol/index.js'
import { Histogram, type Summary } from './histogram.js'

/** How many decided heights the votes or certificates of one feed were behind when they arrived. */
export interface LagFacts extends Summary {
  readonly member: string
  readonly role: string
}

/** In heights and by order of arrival: no clock is asked. */
export class Lag {
  readonly #feeds = new Map<FeedId, Histogram>()

  constructor(private readonly law: Law) {}

  note(feed: FeedId, heightsBehind: number): void {
    const known = this.#feeds.get(feed) ?? new Histogram()
    this.#feeds.set(feed, known)
    known.add(Math.max(0, heightsBehind))
  }

  facts(): readonly LagFacts[] {
    const { validators, messagenodes } = this.law.network.genesis
    const factsOf = (member: string, role: string, feed: FeedId): LagFacts => ({
      member,
      role,
      ...(this.#feeds.get(feed) ?? new Histogram()).summary(),
    })
    return [
      ...validators.flatMap(({ name, roles }) => VOTERS.map((role) => factsOf(name, role, roles[role]))),
      ...messagenodes.flatMap(({ name, roles }) => COUNTERS.map((role) => factsOf(name, role, roles[role]))),
    ]
  }
}

const VOTERS = ['precommitter', 'committer', 'sealer'] as const
const COUNTERS = ['precommit-counter', 'commit-counter', 'seal-counter'] as const
