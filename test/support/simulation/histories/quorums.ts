import {
  type CertificateBody,
  certificateRoot,
  type Hash,
  type MessageKey,
  type Signature,
  type SkipCertificateBody,
  type Stage,
  stageKey,
  stageOf,
  voteBytes,
} from '../../../../src/feeds/index.js'
import type { Vote } from '../../../../src/protocol/index.js'
import { electorateOf } from '../../../../src/roles/index.js'
import { toBase64 } from '../../../../src/util/index.js'
import type { Scribe } from './scribe.js'

/** What somebody votes for. */
export interface Question {
  readonly stage: Stage
  readonly height: number
  readonly round: number
  readonly block: Hash
  readonly xRoot: Hash
  readonly stateRoot: Hash
}

/** What a vote or a certificate links. */
export interface Links {
  readonly assembled: MessageKey
  readonly previous: MessageKey | null
}

const TYPE_OF = { precommit: 'precommitted', commit: 'committed', seal: 'sealed' } as const

type Unsigned<Body> = Body extends Vote['body'] ? Omit<Body, 'signature'> : never

/** A vote before it is signed. */
export type UnsignedVote = Unsigned<Vote['body']>

export type AnyCertificateBody = CertificateBody | SkipCertificateBody

/** Signatures of any validators under anything. */
export class Quorums {
  constructor(private readonly scribe: Scribe) {}

  get #electorate() {
    const { network } = this.scribe.cast
    return electorateOf(network, network.genesis)
  }

  certificate(question: Question, signers: readonly number[], links: Links): AnyCertificateBody {
    const { stage, height, block, xRoot, stateRoot } = question
    const round = stage === 'seal' ? 0 : question.round
    const common = { height, round, signers, signatures: [], root: block }
    if (stage === 'skip') {
      return this.signed({ type: 'precommitted', skip: true, ...common, previous: links.previous })
    }
    const value = { block, xRoot, stateRoot: stage === 'seal' ? stateRoot : null }
    return this.signed({ type: TYPE_OF[stage], skip: false, ...common, ...value, assembled: links.assembled })
  }

  /** The certificate signed anew by those whom it names. */
  signed<Certificate extends AnyCertificateBody>(body: Certificate): Certificate {
    const stage = stageOf(body)
    const entries = body.signers.flatMap((index) => {
      const roleKey = stageKey(this.#electorate, stage, index)
      return roleKey ? [{ index, roleKey, signature: this.#sign(roleKey, bytesOf(this.scribe, body)) }] : []
    })
    const signatures = entries.map(({ signature }) => signature)
    return { ...body, signatures, root: certificateRoot(stage, entries) }
  }

  /** The vote as its author's role key signs it. */
  vote(index: number, unsigned: UnsignedVote): Vote['body'] {
    const roleKey = stageKey(this.#electorate, stageOf(unsigned), index)
    if (!roleKey) throw new RangeError(`no validator ${index}`)
    return { ...unsigned, signature: this.#sign(roleKey, bytesOf(this.scribe, unsigned)) }
  }

  #sign(feed: Parameters<Scribe['keyOf']>[0], bytes: Uint8Array): Signature {
    return toBase64(this.scribe.keyOf(feed).sign(bytes)) as Signature
  }
}

const bytesOf = ({ cast }: Scribe, body: AnyCertificateBody | UnsignedVote): Uint8Array => {
  const stage = stageOf(body)
  const { chainId, genesis } = cast.network
  const value = 'block' in body ? { block: body.block, xRoot: body.xRoot } : {}
  const root = stage === 'seal' && 'stateRoot' in body ? { stateRoot: body.stateRoot } : {}
  const round = 'round' in body ? body.round : 0
  return voteBytes({ chainId, epoch: genesis.number, stage, height: body.height, round, ...value, ...root })
}
