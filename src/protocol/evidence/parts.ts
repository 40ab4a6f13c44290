import {
  EVIDENCE_PART_LIMIT,
  type EvidenceBody,
  type FeedId,
  type FeedMessage,
  type Hash,
  hashHex,
  sha256,
} from '../../feeds/index.js'
import { concat } from '../../util/index.js'
import { evidenceBytes, type EvidenceProof } from './proof.js'

/** The messages that carry a proof, in their order. */
export const partsOf = (proof: EvidenceProof): readonly EvidenceBody[] => {
  const bytes = evidenceBytes(proof)
  const hash = hashHex(sha256(bytes))
  const parts = Math.ceil(bytes.length / EVIDENCE_PART_LIMIT)
  return Array.from({ length: parts }, (_, part) => ({
    type: 'evidence',
    proof: hash,
    part,
    parts,
    bytes: bytes.slice(part * EVIDENCE_PART_LIMIT, (part + 1) * EVIDENCE_PART_LIMIT),
  }))
}

/** A proof as it stands in a feed: JSON, whatever it is worth. */
export interface CarriedProof {
  readonly hash: Hash
  readonly by: FeedId
  readonly json: unknown
}

/** Puts proofs together from the parts in main feeds: one at a time of each feed, so that it stays bounded. */
export class ProofParts {
  readonly #open = new Map<FeedId, EvidenceBody[]>()

  /** Takes a message of a main feed; gives the proof that it completes. Parts out of their order are dropped. */
  take({ author, body }: FeedMessage): CarriedProof | null {
    if (body.type !== 'evidence') return null
    const before = body.part === 0 ? [] : (this.#open.get(author) ?? [])
    const [first] = before
    const fits = before.length === body.part && (first?.proof ?? body.proof) === body.proof
    if (!fits) return null
    const parts = [...before, body]
    this.#open.set(author, parts)
    if (parts.length < body.parts) return null
    this.#open.delete(author)
    const bytes = concat(...parts.map((part) => part.bytes))
    if (hashHex(sha256(bytes)) !== body.proof) return null
    return { hash: body.proof, by: author, json: parsed(bytes) }
  }
}

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
