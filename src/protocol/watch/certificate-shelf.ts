import { stageOf } from '../../feeds/index.js'
import type { AnyCertificate } from '../book.js'

/** Heights whose certificates are remembered. Only valid ones are put here, so no single member can fill it. */
const HEIGHTS_KEPT = 128

/** The first valid certificate of each stage and round. */
export class CertificateShelf {
  readonly #heights = new Map<number, Map<string, AnyCertificate>>()

  /** Puts a valid certificate; gives those held that it must agree with. */
  put(message: AnyCertificate): readonly AnyCertificate[] {
    const { height, round } = message.body
    const stage = stageOf(message.body)
    const shelf = this.#heights.get(height) ?? new Map<string, AnyCertificate>()
    this.#heights.set(height, shelf)
    const name = `${stage} ${round}`
    const first = shelf.get(name)
    if (!first) shelf.set(name, message)
    if (this.#heights.size > HEIGHTS_KEPT) this.#heights.delete(Math.min(...this.#heights.keys()))
    const excluded = { commit: `skip ${round}`, skip: `commit ${round}`, precommit: '', seal: '' }[stage]
    return [first, shelf.get(excluded)].filter((other) => other !== undefined)
  }

  /** The certificates of a height. */
  at(height: number): Iterable<AnyCertificate> {
    return this.#heights.get(height)?.values() ?? []
  }

  /** A decision for another value, in whatever round: proof only of somebody's guilt, not of whose. */
  otherDecision({ body }: AnyCertificate): AnyCertificate | undefined {
    if (body.type !== 'committed') return undefined
    return [...this.at(body.height)].find(
      ({ body: other }) =>
        other.type === 'committed' &&
        !other.skip &&
        other.round !== body.round &&
        (other.block !== body.block || other.xRoot !== body.xRoot),
    )
  }
}
