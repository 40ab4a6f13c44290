import { concat, ignore, type Refusal, reject } from '../util/index.js'
import { bytesOfPart, type Name, type Part } from './content.js'

/** One content of a feed, all of its parts read. */
export interface Whole extends Name {
  readonly bytes: Uint8Array
}

/**
 * Puts the parts of one feed together. Their author writes them one behind the other, so that one unfinished content is
 * all that is ever kept of a feed. An author that was killed between two parts begins the content anew.
 */
export class Assembly {
  #first: Part | undefined
  #chunks: Uint8Array[] = []

  /** Undefined while parts are missing. Codes: `unfinished-content`, `stray-part`, `malformed-content`. */
  take(part: Part): { readonly whole?: Whole; readonly refusal?: Refusal } {
    const unfinished = this.#first
    const refusal =
      part.index === 0 && unfinished ? { refusal: ignore('unfinished-content', nameOf(unfinished)) } : {}
    if (part.index === 0) this.#begin(part)
    else if (!this.#isNext(part)) return this.#dropped(reject('stray-part', nameOf(part)))
    const chunk = bytesOfPart(part.text)
    if (!chunk) return this.#dropped(reject('malformed-content', nameOf(part)))
    this.#chunks.push(chunk)
    if (this.#chunks.length < part.count) return refusal
    const { kind, id } = part
    const whole = { kind, id, bytes: concat(...this.#chunks) }
    this.#begin(undefined)
    return { whole, ...refusal }
  }

  #begin(first: Part | undefined): void {
    this.#first = first
    this.#chunks = []
  }

  #isNext({ kind, id, index, count }: Part): boolean {
    const first = this.#first
    return first?.kind === kind && first.id === id && first.count === count && index === this.#chunks.length
  }

  #dropped(refusal: Refusal): { readonly refusal: Refusal } {
    this.#begin(undefined)
    return { refusal }
  }
}

const nameOf = ({ kind, id }: Name): { readonly kind: string; readonly id: string } => ({ kind, id })
