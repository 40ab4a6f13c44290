import {
  type ChainParameters,
  checkFork,
  decodeForkProof,
  type ForkProof,
  type ProvenFork,
} from '../chain/index.js'
import type { Block } from '../codec/index.js'
import { corrupted, type Store } from './storage/store.js'

/** A fork that is written down, with the proof of it. */
export interface KnownFork extends ProvenFork {
  readonly proof: ForkProof
}

/** Each takes a quorum of signers who broke their word; more of them prove nothing more. */
const MOST_FORKS = 1_024

/** Every fork this node knows of, in memory and on disk, each once. */
export class ForkBook {
  readonly #known = new Map<string, KnownFork>()

  constructor(
    private readonly store: Store,
    private readonly parameters: ChainParameters,
  ) {}

  get all(): readonly KnownFork[] {
    return [...this.#known.values()]
  }

  /** @throws CodedError `ocean-store-corrupted` */
  async load(): Promise<void> {
    for await (const [, bytes] of this.store.records('proof')) {
      const proof = readProof(bytes)
      const fork = checkFork(proof, this.parameters)
      if (typeof fork === 'string') throw corrupted(`the proof of a fork proves none (${fork})`)
      this.#known.set(nameOf(fork), { ...fork, proof })
    }
  }

  /**
   * Writes a fork down, with the block that lost if it is at hand; resolves with it once it is durable, or with nothing if
   * it was known, is one too many, or proves nothing.
   */
  async add(proof: ForkProof, lost?: Block): Promise<KnownFork | undefined> {
    const fork = checkFork(proof, this.parameters)
    if (typeof fork === 'string' || this.#known.has(nameOf(fork)) || this.#known.size >= MOST_FORKS) {
      return undefined
    }
    const known = { ...fork, proof }
    await this.store.putFork(fork, proof, lost)
    this.#known.set(nameOf(fork), known)
    return known
  }
}

const nameOf = ({ blocks }: ProvenFork): string => blocks.join(':')

const readProof = (bytes: Uint8Array): ForkProof => {
  try {
    return decodeForkProof(bytes)
  } catch (cause) {
    throw corrupted('the proof of a fork is unreadable', cause)
  }
}
