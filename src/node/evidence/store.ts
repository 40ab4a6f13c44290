import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { type Hash, hashHex, sha256 } from '../../feeds/index.js'
import {
  evidenceBytes,
  evidenceName,
  type EvidenceProof,
  type Finding,
  type Law,
  type ProvedEvidence,
  verifyEvidence,
} from '../../protocol/index.js'
import { CodedError, utf8 } from '../../util/index.js'
import { writeDurably } from '../durable-file.js'
import { isFinding } from './finding-schema.js'

/** One entry of the store: a proof, named by the hash of its bytes, or a finding that proves nothing to others. */
export type Evidence =
  | { readonly hash: Hash; readonly finding: Finding; readonly proof: EvidenceProof }
  | { readonly hash: Hash; readonly finding: Finding; readonly proof: null }

export interface StoreLimits {
  readonly entries: number
  readonly bytes: number
}

/** Room for every code against every feed of a small network, and for hundreds of proofs in the largest. */
const LIMITS: StoreLimits = { entries: 2048, bytes: 32 * 1024 * 1024 }
/** No proof is longer: see the limits of `evidence` messages. */
const FILE_LIMIT = 128 * 1024

/**
 * The folder `evidence/` of the data directory: one durable file for each proof, so that a fork proved once is still
 * proved after a restart. One for each code and feed is kept, since more prove nothing more; so nobody can fill it
 * with copies of one crime.
 */
export class EvidenceStore {
  readonly #entries = new Map<string, Evidence>()
  #bytes = 0

  private constructor(
    private readonly directory: string,
    private readonly limits: StoreLimits,
  ) {}

  /**
   * Reads what is there. A file that is damaged, or proves nothing under this network file, is told of and skipped.
   * @throws CodedError `evidence-unreadable` if the folder cannot be used at all
   */
  static async open(
    directory: string,
    law: Law,
    onDamaged: (file: string, code: string) => void,
    limits: StoreLimits = LIMITS,
  ): Promise<EvidenceStore> {
    const store = new EvidenceStore(directory, limits)
    try {
      await mkdir(directory, { recursive: true })
      for (const file of (await readdir(directory)).sort()) {
        if (file.endsWith('.new')) await rm(join(directory, file), { force: true })
        else await store.#read(file, law, onDamaged)
      }
    } catch (cause) {
      throw new CodedError(
        'evidence-unreadable',
        `the folder ${directory} cannot be used`,
        { path: directory },
        { cause },
      )
    }
    return store
  }

  list(): readonly Evidence[] {
    return [...this.#entries.values()]
  }

  proof(hash: string): EvidenceProof | null {
    return this.list().find((entry) => entry.hash === hash)?.proof ?? null
  }

  /** Whether the same behaviour of the same feed is on record. */
  has(finding: Pick<Finding, 'code' | 'culprits'>): boolean {
    return this.#entries.has(evidenceName(finding))
  }

  /**
   * Keeps a proof; null if there is one of its kind already, or no room. A finding gives way to its proof.
   * @throws as the file system does
   */
  async add(proved: ProvedEvidence): Promise<Evidence | null> {
    const { proof, code, culprits, keys, facts } = proved
    const bytes = evidenceBytes(proof)
    const finding: Finding = { code, grade: 'proof', culprits, messages: keys, facts }
    const known = this.#entries.get(evidenceName(finding))
    if (known?.proof || !this.#hasRoom(bytes.length)) return null
    const hash = hashHex(sha256(bytes))
    const entry = { hash, finding, proof }
    this.#put(entry, bytes.length)
    await writeDurably(join(this.directory, `${hash}${PROOF}`), Buffer.from(bytes).toString('utf8'))
    if (known) await rm(join(this.directory, `${known.hash}${FINDING}`), { force: true })
    return entry
  }

  /** Keeps a finding for which there is no proof; null as in `add`. */
  async note(finding: Finding): Promise<Evidence | null> {
    const text = JSON.stringify(finding)
    if (this.has(finding) || !this.#hasRoom(text.length)) return null
    const hash = hashHex(sha256(utf8(text)))
    const entry = { hash, finding, proof: null }
    this.#put(entry, text.length)
    await writeDurably(join(this.directory, `${hash}${FINDING}`), text)
    return entry
  }

  #hasRoom(size: number): boolean {
    return (
      size <= FILE_LIMIT &&
      this.#entries.size < this.limits.entries &&
      this.#bytes + size <= this.limits.bytes
    )
  }

  #put(entry: Evidence, size: number): void {
    this.#entries.set(evidenceName(entry.finding), entry)
    this.#bytes += size
  }

  async #read(file: string, law: Law, onDamaged: (file: string, code: string) => void): Promise<void> {
    const text = await readBounded(join(this.directory, file))
    if (text === null) return onDamaged(file, 'unreadable')
    const json = parsed(text)
    const hash = hashHex(sha256(utf8(text)))
    if (file === `${hash}${FINDING}` && isFinding(json)) {
      return this.#put({ hash, finding: json, proof: null }, text.length)
    }
    if (file !== `${hash}${PROOF}`) return onDamaged(file, 'changed')
    const verdict = verifyEvidence(law.network, json, law.verify, law)
    if (verdict.verdict !== 'accept') return onDamaged(file, verdict.code)
    const { proof, code, culprits, keys, facts } = verdict
    this.#put(
      { hash, finding: { code, grade: 'proof', culprits, messages: keys, facts }, proof },
      text.length,
    )
  }
}

const PROOF = '.proof.json'
const FINDING = '.finding.json'

const readBounded = async (path: string): Promise<string | null> => {
  const { size } = await stat(path)
  if (size > FILE_LIMIT) return null
  return readFile(path, 'utf8').catch(() => null)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
