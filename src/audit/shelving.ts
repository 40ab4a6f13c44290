import {
  type FeedMessage,
  isClassicMessage,
  messageKeyOfValue,
  parseMessage,
  verifyMessageSignature,
} from '../feeds/index.js'
import type { Law } from '../protocol/index.js'
import { CodedError } from '../util/index.js'
import type { Library, Shelved } from './library.js'
import type { SourceMessage } from './source.js'

/** A message that was not there before, and where it stands. */
export interface Taken {
  readonly message: FeedMessage
  readonly shelved: Exclude<Shelved, { readonly kind: 'gap' | 'known' }>
}

/** Verifies every message of sources, whoever reads them, and puts those of members into the library. */
export class Shelving {
  /** Messages of feeds that are no member's, such as the registrar's. */
  strangers = 0

  constructor(
    private readonly law: Law,
    private readonly library: Library,
  ) {}

  /**
   * What is new of a member; null for the rest.
   * @throws CodedError `source-damaged`, `source-incomplete`
   */
  async take(source: number, name: string, stored: SourceMessage): Promise<Taken | null> {
    if (this.library.has(stored.key)) {
      // The other source's copy is as much read as the first: it must be what its key says.
      if (!isWhole(stored)) throw damaged(name, stored)
      return null
    }
    const message = this.#verified(name, stored)
    if (!this.law.registry.placeOf(message.author)) {
      this.strangers++
      return null
    }
    const shelved = await this.library.put(source, stored, message)
    if (shelved.kind === 'gap') throw incomplete(name, message)
    return shelved.kind === 'known' ? null : { message, shelved }
  }

  #verified(name: string, stored: SourceMessage): FeedMessage {
    if (!isWhole(stored) || !verifyMessageSignature(stored.value, null, this.law.verify))
      throw damaged(name, stored)
    return parseMessage(stored.key, stored.value)
  }
}

const isWhole = ({ key, value }: SourceMessage): boolean =>
  isClassicMessage(value) && messageKeyOfValue(value) === key

const damaged = (name: string, { position }: SourceMessage): CodedError =>
  new CodedError('source-damaged', `${name} holds something that its author did not sign (at ${position})`, {
    source: name,
    position,
  })

const incomplete = (name: string, { author, sequence }: FeedMessage): CodedError =>
  new CodedError('source-incomplete', `${name} lacks what comes before message ${sequence} of ${author}`, {
    source: name,
    author,
    sequence,
  })
