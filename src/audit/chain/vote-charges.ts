import type { CertificateBody } from '../../feeds/index.js'
import {
  type AnyCertificate,
  type ExecutedBlock,
  type Law,
  linksOf,
  type Vote,
} from '../../protocol/index.js'
import { type Accusations, accuseAuthor, convictNobody } from './accusations.js'
import type { Library } from '../reading/library.js'

/** What votes are charged with, by what they link and by what the block that they are for really does. */
export class VoteCharges {
  constructor(
    private readonly law: Law,
    private readonly library: Library,
    private readonly accuser: Accusations,
  ) {}

  /** Against what it links, and against what quorums signed of the same block; whether all that it links is here. */
  async judge(vote: Vote, certificates: readonly AnyCertificate[]): Promise<boolean> {
    let isGrounded = true
    for (const key of linksOf(vote)) {
      const linked = await this.library.message(key)
      if (linked) await this.accuser.weigh(vote, linked)
      else isGrounded = false
    }
    await this.#weighAgainstRival(vote, certificates)
    return isGrounded
  }

  async #weighAgainstRival(vote: Vote, certificates: readonly AnyCertificate[]): Promise<void> {
    const { body } = vote
    if (!('block' in body)) return
    const rival = certificates.find(
      ({ body: other }) =>
        !other.skip &&
        other.block === body.block &&
        (other.xRoot !== body.xRoot ||
          (body.type === 'seal' && other.stateRoot !== null && other.stateRoot !== body.stateRoot)),
    )
    if (rival) await this.accuser.weigh(vote, rival)
  }

  /** What was computed here, beside what was signed. */
  compare(block: ExecutedBlock, votes: readonly Vote[], certificates: readonly AnyCertificate[]): void {
    const { height, stateRoot } = block
    const sealed = certificates.find(({ body }) => isSealOf(body, block) && body.stateRoot !== stateRoot)
    const quorumSealed = certificates.some(({ body }) => body.type === 'sealed')
    if (sealed && isSealOf(sealed.body, block)) {
      const facts = { signed: sealed.body.stateRoot, computed: stateRoot }
      convictNobody(this.accuser, 'diverged-state', height, [sealed], facts)
    }
    for (const vote of votes) {
      const { body } = vote
      if (body.type === 'precommit' && !body.skip && body.block === block.value.block) {
        this.#compareExceptions(vote, body.exceptions, block)
      }
      // Beside a quorum's, the vote and the certificate prove it.
      if (body.type !== 'seal' || body.block !== block.value.block || body.stateRoot === stateRoot) continue
      if (quorumSealed || sealed) continue
      const facts = { height, computed: stateRoot, signed: body.stateRoot }
      accuseAuthor(this.accuser, this.law, 'wrong-state-root', [vote], { height, facts })
    }
  }

  #compareExceptions(
    vote: Vote,
    { count, positions }: { readonly count: number; readonly positions: readonly number[] },
    { height, codes, value }: ExecutedBlock,
  ): void {
    if (!('xRoot' in vote.body) || vote.body.xRoot !== value.xRoot) return
    const failed = [...codes.entries()].flatMap(([position, code]) => (code === 0 ? [] : [position]))
    if (count === failed.length && positions.every((position, index) => position === failed[index])) return
    const facts = { height, listed: count, failed: failed.length }
    accuseAuthor(this.accuser, this.law, 'wrong-exceptions', [vote], { height, facts })
  }
}

const isSealOf = (body: AnyCertificate['body'], { value }: ExecutedBlock): body is CertificateBody =>
  body.type === 'sealed' && body.block === value.block
