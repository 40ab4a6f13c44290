import type { ClassicMessage, FeedId, FeedMessage, Hash } from '../../feeds/index.js'
import {
  type EvidenceProof,
  type Finding,
  isEvidenceCode,
  type Law,
  makeEvidence,
  partsOf,
  ProofParts,
  verifyEvidence,
} from '../../protocol/index.js'
import { isCoded } from '../../util/index.js'
import type { UnvotedBody } from '../sign-guard.js'
import type { Evidence, EvidenceStore } from './store.js'

export interface KeeperPorts {
  /** The main feed of this node, in which it publishes. */
  readonly self: FeedId
  /** Whether everything new is published, or only what was found here. */
  readonly relays: boolean
  /** Appends to the main feed. */
  readonly publish: (body: UnvotedBody) => Promise<unknown>
  /** Something is on record: newly, or since an earlier life. */
  readonly onEvidence: (evidence: Evidence, isNew: boolean) => void
  /** A member publishes a proof that proves nothing. */
  readonly onRefused: (by: FeedId, hash: Hash, code: string) => void
  /** A disk or a publish failed. */
  readonly onTrouble: (error: unknown) => void
}

/** Hashes of carried proofs that are remembered; one that is forgotten is judged again. */
const HASHES_KEPT = 8192

/**
 * Keeps what convicts, acts on it, and spreads it. One proof of each code and culprit feed is kept and published, so
 * that nobody can make this node flood. Messagenodes pass on whatever is new to them; validators say what they found.
 */
export class EvidenceKeeper {
  readonly #parts = new ProofParts()
  /** Hashes of proofs that stand in the own main feed, or in anyone's. */
  readonly #published = new Set<Hash>()
  readonly #carried = new Set<Hash>()
  #working: Promise<void> = Promise.resolve()
  #started = false

  constructor(
    readonly store: EvidenceStore,
    private readonly law: Law,
    private readonly ports: KeeperPorts,
  ) {}

  /** Tells of what an earlier life put on record. */
  recall(): void {
    for (const entry of this.store.list()) this.ports.onEvidence(entry, false)
  }

  /** Takes what the watch found, with its messages. */
  found(finding: Finding, messages: readonly ClassicMessage[]): void {
    if (this.store.has(finding) && finding.grade === 'evident') return
    this.#queue(async () => {
      const proved = isEvidenceCode(finding.code) ? makeEvidence(this.law, finding.code, messages) : null
      if (proved?.verdict !== 'accept') return this.#recorded(await this.store.note(finding))
      const entry = await this.store.add(proved)
      this.#recorded(entry)
      if (entry?.proof && this.#started) await this.#publish(entry.hash, entry.proof)
    })
  }

  /** Takes every message of a main feed, in order: proofs stand there in parts. */
  receive(message: FeedMessage): void {
    const carried = this.#parts.take(message)
    if (!carried) return
    const { hash, by, json } = carried
    if (by === this.ports.self) this.#published.add(hash)
    if (this.#carried.has(hash)) return
    this.#carried.add(hash)
    for (const oldest of this.#carried) if (this.#carried.size > HASHES_KEPT) this.#carried.delete(oldest)
    this.#queue(() => this.#judge(hash, by, json))
  }

  /** Publishing may begin: what an earlier life found and nobody's feed holds yet comes first. */
  start(): void {
    this.#started = true
    this.#queue(async () => {
      for (const { hash, proof } of this.store.list()) {
        if (proof && (this.ports.relays || !this.#carried.has(hash))) await this.#publish(hash, proof)
      }
    })
  }

  /** Resolves once everything taken so far is on disk. */
  settled(): Promise<void> {
    return this.#working
  }

  async #judge(hash: Hash, by: FeedId, json: unknown): Promise<void> {
    if (this.store.proof(hash)) return
    const verdict = verifyEvidence(this.law.network, json, this.law.verify, this.law)
    if (verdict.verdict !== 'accept') return this.ports.onRefused(by, hash, verdict.code)
    const entry = await this.store.add(verdict)
    this.#recorded(entry)
    if (entry?.proof && this.ports.relays && this.#started) await this.#publish(entry.hash, entry.proof)
  }

  #recorded(entry: Evidence | null): void {
    if (entry) this.ports.onEvidence(entry, true)
  }

  async #publish(hash: Hash, proof: EvidenceProof): Promise<void> {
    if (this.#published.has(hash)) return
    this.#published.add(hash)
    for (const part of partsOf(proof)) await this.ports.publish(part)
  }

  #queue(job: () => Promise<void>): void {
    this.#working = this.#working.then(job).catch((error: unknown) => {
      // Whoever is convicted itself says nothing any more.
      if (!isCoded(error, 'signing-forbidden')) this.ports.onTrouble(error)
    })
  }
}
