import { type FeedMessage, parseMessage } from '../../feeds/index.js'
import type { Law } from '../../protocol/index.js'
import { CodedError } from '../../util/index.js'
import { type CheckedArrival, damaged } from './batches.js'
import type { Library, Shelved } from './library.js'

/** A message that was not there before, and where it stands. */
export interface Taken {
  readonly message: FeedMessage
  readonly shelved: Exclude<Shelved, { readonly kind: 'gap' | 'known' }>
}

/** Puts the messages of members into the library, whoever reads them, once they are known to be signed. */
export class Shelving {
  /** Messages of feeds that are no member's, such as the registrar's. */
  strangers = 0
  /** Sources that gave anything, and those that gave something of a member. */
  readonly #taken = new Set<number>()
  readonly #ofMembers = new Set<number>()

  constructor(
    private readonly law: Pick<Law, 'registry'>,
    private readonly library: Library,
  ) {}

  /**
   * What is new of a member; null for the rest.
   * @throws CodedError `source-damaged`, `source-incomplete`
   */
  async take(name: string, { source, stored, text, isSigned }: CheckedArrival): Promise<Taken | null> {
    this.#taken.add(source)
    if (this.library.has(stored.key)) this.#ofMembers.add(source)
    if (isSigned === undefined) return null
    if (!isSigned) throw damaged(name, stored.position)
    const message = parseMessage(stored.key, stored.value, text.length)
    if (!this.law.registry.placeOf(message.author)) {
      this.strangers++
      return null
    }
    this.#ofMembers.add(source)
    const shelved = await this.library.put(source, stored, message)
    if (shelved.kind === 'gap') throw incomplete(name, message)
    return shelved.kind === 'known' ? null : { message, shelved }
  }

  /** A source in which no member speaks: of another network, most likely. */
  foreignSource(): number | undefined {
    return [...this.#taken].find((source) => !this.#ofMembers.has(source))
  }
}

const incomplete = (name: string, { author, sequence }: FeedMessage): CodedError =>
  new CodedError('source-incomplete', `${name} lacks what comes before message ${sequence} of ${author}`, {
    source: name,
    author,
    sequence,
  })
