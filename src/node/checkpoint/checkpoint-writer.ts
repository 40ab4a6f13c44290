import {
  type ClassicMessage,
  emptyBlock,
  type FeedId,
  type Hash,
  type LaneTip,
  type MessageKey,
  type Value,
} from '../../feeds/index.js'
import {
  chainApplication,
  type ChainState,
  type Context,
  cutAfter,
  type Effect,
  OPEN_HEIGHTS,
  type Origin,
} from '../../protocol/index.js'
import type { Checkpoint } from './checkpoint.js'

export interface CheckpointPorts {
  readonly context: Context<unknown>
  readonly origin: Origin<unknown>
  /** Heights from one checkpoint to the next. */
  readonly everyBlocks: number
  readonly messageByKey: (key: MessageKey) => Promise<ClassicMessage | undefined>
  readonly moot: (height: number, cut: readonly LaneTip[]) => Promise<Readonly<Record<FeedId, number>>>
  readonly write: (checkpoint: Checkpoint) => Promise<void>
  readonly onWritten: (height: number) => void
  readonly onFailed: (height: number, error: unknown) => void
}

interface Candidate {
  readonly height: number
  readonly value: Value
  readonly slot: Hash
  readonly cut: readonly LaneTip[]
  readonly state: ChainState<unknown>
  readonly committed: MessageKey
}

/**
 * Follows the core's effects and writes a checkpoint at every so manieth height, once that height is sealed and as
 * many blocks above it are executed as may be open at once: by then its seal may be left out, if this node is one
 * that has not signed it yet (protocol section 5, rule 6). A failed write costs nothing but a longer replay.
 */
export class CheckpointWriter {
  #cut: readonly LaneTip[]
  #slot: Hash
  readonly #decided = new Map<number, MessageKey>()
  readonly #sealed = new Map<number, MessageKey>()
  #candidates: Candidate[] = []
  #writing: Promise<void> = Promise.resolve()
  #next: Candidate | null = null

  constructor(private readonly ports: CheckpointPorts) {
    this.#cut = ports.origin.cut
    this.#slot = ports.origin.slot
  }

  observe(effect: Effect): void {
    switch (effect.kind) {
      case 'decided':
        this.#decided.set(effect.height, effect.certificate)
        return
      case 'sealed':
        if (effect.height % this.ports.everyBlocks === 0) this.#sealed.set(effect.height, effect.certificate)
        return
      case 'executed':
        this.#executed(effect.block)
        return
      default:
    }
  }

  /** Resolves once nothing is being written. */
  settled(): Promise<void> {
    return this.#writing
  }

  #executed(block: Extract<Effect, { kind: 'executed' }>['block']): void {
    const { height, value, assembled, state } = block
    this.#cut = cutAfter(this.#cut, assembled.body.cut)
    this.#slot = emptyBlock(this.ports.context.network.chainId, height, this.#slot)
    const committed = this.#decided.get(height)
    this.#decided.delete(height)
    if (height % this.ports.everyBlocks === 0 && committed !== undefined) {
      // The block comes from a core of this very context.
      const chainState = state
      this.#candidates.push({ height, value, slot: this.#slot, cut: this.#cut, state: chainState, committed })
    }
    for (const candidate of this.#candidates) {
      if (height > candidate.height + OPEN_HEIGHTS && this.#sealed.has(candidate.height))
        this.#take(candidate)
    }
  }

  /** While one is written the newest waits; those in between would be overtaken anyway. */
  #take(candidate: Candidate): void {
    this.#candidates = this.#candidates.filter(({ height }) => height > candidate.height)
    const isWriting = this.#next !== null
    this.#next = candidate
    if (!isWriting) this.#writing = this.#writing.then(() => this.#writeNext())
  }

  async #writeNext(): Promise<void> {
    const candidate = this.#next
    this.#next = null
    if (!candidate) return
    const { height } = candidate
    const sealed = this.#sealed.get(height)
    for (const known of this.#sealed.keys()) if (known <= height) this.#sealed.delete(known)
    if (sealed === undefined) return
    try {
      const checkpoint = await this.#complete(candidate, sealed)
      if (!checkpoint) return
      await this.ports.write(checkpoint)
      this.ports.onWritten(height)
    } catch (error) {
      this.ports.onFailed(height, error)
    }
  }

  async #complete(candidate: Candidate, sealedKey: MessageKey): Promise<Checkpoint | null> {
    const { context, messageByKey, moot } = this.ports
    const { height, value, slot, cut, state } = candidate
    const [committed, sealed] = await Promise.all([
      messageByKey(candidate.committed),
      messageByKey(sealedKey),
    ])
    if (!committed || !sealed) return null
    return {
      chainId: context.network.chainId,
      height,
      value,
      slot,
      cut,
      committed,
      sealed,
      moot: await moot(height, cut),
      snapshot: chainApplication(context).snapshot(state),
    }
  }
}
