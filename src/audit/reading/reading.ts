import type { FeedId, MessageKey } from '../../feeds/index.js'
import { type Law, ProofParts, type Sign, verifyEvidence, Watch } from '../../protocol/index.js'
import type { Accuser } from '../findings/accuser.js'
import { Arrivals } from './arrivals.js'
import type { CheckedArrival } from './batches.js'
import type { Library } from './library.js'
import { Shelving } from './shelving.js'

/** What is looked up afterwards, by key: a stranger can make us ask often, and whole messages would take memory. */
type Question =
  | { readonly kind: 'compare'; readonly quote: Extract<Sign, { kind: 'compare' }>['quote'] }
  | { readonly kind: 'fetch'; readonly key: MessageKey; readonly from: FeedId }
  | { readonly kind: 'scan'; readonly feed: FeedId; readonly height: number; readonly suspect: MessageKey }

/**
 * The first pass: every message is verified, shelved, and shown to the same watch that nodes run. What the watch asks
 * for is looked up afterwards, when everything was read.
 */
export class Reading {
  readonly arrivals: Arrivals
  readonly #shelving: Shelving
  readonly #watch: Watch
  readonly #proofs = new ProofParts()
  readonly #asked = new Map<string, Question>()

  constructor(
    private readonly law: Law,
    private readonly library: Library,
    private readonly accuser: Accuser,
    /** Of the sources, where it is known whose node received what they hold. */
    members: readonly (FeedId | undefined)[],
  ) {
    this.#shelving = new Shelving(law, library)
    this.#watch = new Watch(law)
    this.arrivals = new Arrivals(law, members)
  }

  /** Messages of feeds that are no member's. */
  get strangers(): number {
    return this.#shelving.strangers
  }

  /** @throws CodedError `source-damaged`, `source-incomplete` */
  async take(name: string, arrival: CheckedArrival): Promise<void> {
    await this.#study(name, arrival)
    const { author, sequence } = arrival.stored.value
    this.arrivals.arrive(arrival.source, author, sequence)
  }

  /** A source in which no member speaks: of another network, most likely. */
  foreignSource(): number | undefined {
    return this.#shelving.foreignSource()
  }

  /** A proof that a member published in its main feed or kept: what it saw may be in no source. */
  takeProof(json: unknown): void {
    const { network, verify } = this.law
    const verdict = verifyEvidence(network, json, verify, this.law)
    if (verdict.verdict === 'accept') this.accuser.proved(verdict)
  }

  /** Looks up what the watch has asked for, until it asks for nothing more. */
  async finish(): Promise<void> {
    const done = new Set<string>()
    while (this.#asked.size > 0) {
      const asked = [...this.#asked]
      this.#asked.clear()
      for (const [name, sign] of asked) {
        if (done.has(name)) continue
        done.add(name)
        await this.#follow(await this.#answer(sign))
      }
    }
  }

  async #study(name: string, arrival: CheckedArrival): Promise<void> {
    const taken = await this.#shelving.take(name, arrival)
    if (!taken) return
    const { message, shelved } = taken
    if (shelved.kind === 'branch') {
      if (shelved.held) await this.#follow(this.#watch.weigh(shelved.held, message))
      const { member } = this.law.registry.placeOf(message.author) ?? {}
      if (member) await this.#follow(this.#watch.takeFetched(message, member.id))
    }
    if (shelved.kind !== 'next') return
    await this.#follow(this.#watch.take(message))
    this.arrivals.take(message)
    const carried = this.#proofs.take(message)
    if (carried) this.takeProof(carried.json)
  }

  async #follow(signs: readonly Sign[]): Promise<void> {
    for (const sign of signs) {
      if (sign.kind === 'finding') await this.accuser.found(sign.finding)
      else {
        const question = questionOf(sign)
        this.#asked.set(nameOf(question), question)
      }
    }
  }

  async #answer(sign: Question): Promise<readonly Sign[]> {
    switch (sign.kind) {
      case 'compare': {
        const { feed, sequence, key } = sign.quote
        const held = await this.library.at(feed, sequence)
        const quoted = held && held.key !== key ? await this.library.message(key) : undefined
        return held && quoted ? this.#watch.weigh(held, quoted) : []
      }
      case 'fetch': {
        const message = await this.library.message(sign.key)
        return message ? this.#watch.takeFetched(message, sign.from) : []
      }
      case 'scan': {
        const suspect = await this.library.message(sign.suspect)
        const found = suspect ? await this.library.atHeight(sign.height) : []
        return found
          .filter(({ author }) => author === sign.feed)
          .flatMap((message) => (suspect ? this.#watch.weigh(message, suspect) : []))
      }
    }
  }
}

const questionOf = (sign: Exclude<Sign, { kind: 'finding' }>): Question =>
  sign.kind === 'scan' ? { ...sign, suspect: sign.suspect.key } : sign

const nameOf = (question: Question): string => {
  switch (question.kind) {
    case 'compare':
      return `compare ${question.quote.feed} ${question.quote.sequence} ${question.quote.key}`
    case 'fetch':
      return `fetch ${question.key}`
    case 'scan':
      return `scan ${question.feed} ${question.height} ${question.suspect}`
  }
}
