import { emptyBlock, type Hash, hashHex, type LaneAdvance, type MessageKey, sha256 } from '../feeds/index.js'
import type { ExecutedBlock } from '../protocol/index.js'
import { assert, CodedError } from '../util/index.js'
import type { ChainEffect, ChainHost } from './host.js'
import type { StoredCertificate, StoredHeader, StoredTransaction } from './records.js'
import type { ChainStore } from './store.js'

export type Recorded =
  | {
      readonly kind: 'executed'
      readonly header: StoredHeader
      readonly certificate: MessageKey
      readonly hashes: ReadonlySet<Hash>
      readonly cut: readonly LaneAdvance[]
    }
  /** `header` is undefined while the block is not executed here. */
  | {
      readonly kind: 'sealed'
      readonly certificate: StoredCertificate
      readonly header: StoredHeader | undefined
    }

type RecorderHost<State> = Pick<ChainHost<State>, 'network' | 'epochAt' | 'messageByKey'>

/**
 * Writes what the core did into the store, one effect after the other, and tells of each once it stands there.
 * What a replay does again is passed over in silence. The first failure ends the recording: a gap would be a lie,
 * and a restart mends it.
 */
export class Recorder<State> {
  readonly #decided = new Map<number, MessageKey>()
  #tail: Promise<void> = Promise.resolve()
  #failed = false

  constructor(
    private readonly host: RecorderHost<State>,
    private readonly store: ChainStore,
    private readonly listener: (recorded: Recorded) => void,
    private readonly onFault: (error: unknown) => void,
  ) {}

  record(effect: ChainEffect<State>): void {
    this.#tail = this.#tail
      .then(() => (this.#failed ? undefined : this.#write(effect)))
      .catch((error: unknown) => {
        this.#failed = true
        this.onFault(error)
      })
  }

  /** Resolves once everything recorded so far is in the store, or has failed. */
  settled(): Promise<void> {
    return this.#tail
  }

  async #write(effect: ChainEffect<State>): Promise<void> {
    switch (effect.kind) {
      case 'decided':
        this.#decided.set(effect.height, effect.certificate)
        return
      case 'executed':
        return this.#writeBlock(effect.block)
      case 'sealed': {
        const certificate = await this.#certificate(effect.certificate)
        if (!(await this.store.putSealed(certificate))) return
        const header = await this.store.header(effect.height)
        this.listener({ kind: 'sealed', certificate, header })
      }
    }
  }

  async #writeBlock(block: ExecutedBlock): Promise<void> {
    const { height } = block
    const key = this.#decided.get(height)
    this.#decided.delete(height)
    if (height <= this.store.latestHeight) return
    assert(key !== undefined, 'a block is decided before it is executed')
    const header = await this.#header(block)
    const transactions = storedTransactions(block)
    const { cut } = block.assembled.body
    await this.store.putBlock({ header, committed: await this.#certificate(key), transactions, cut })
    const hashes = new Set(transactions.map(({ hash }) => hash))
    this.listener({ kind: 'executed', header, certificate: key, hashes, cut })
  }

  async #header({ height, value, assembled, codes, stateRoot }: ExecutedBlock): Promise<StoredHeader> {
    const { parent, cutRoot, txRoot, txCount, round } = assembled.body
    return {
      height,
      epoch: this.host.epochAt(height).number,
      slot: await this.#slot(height),
      parent,
      cutRoot,
      txRoot,
      txCount,
      stateRoot,
      round,
      block: value.block,
      xRoot: value.xRoot,
      failed: codes.reduce((count, code) => (code === 0 ? count : count + 1), 0),
      assembled: assembled.key,
    }
  }

  async #slot(height: number): Promise<Hash> {
    const { chainId } = this.host.network
    if (height === 1) return emptyBlock(chainId, 1, emptyBlock(chainId, 0, null))
    const before = await this.store.header(height - 1)
    if (before) return emptyBlock(chainId, height, before.slot)
    throw new CodedError('block-gap', 'the block store lacks the block before', { height })
  }

  async #certificate(key: MessageKey): Promise<StoredCertificate> {
    const message = await this.host.messageByKey(key)
    const body = message?.body
    if (body && (body.type === 'committed' || body.type === 'sealed')) return { key, body }
    throw new CodedError('certificate-missing', 'a certificate that the core used is not held', { key })
  }
}

const storedTransactions = ({ transactions, codes }: ExecutedBlock): StoredTransaction[] =>
  transactions.map(({ lane, sequence, index, bytes }, position) => {
    const code = codes[position]
    assert(code !== undefined, 'a block has one code for each transaction')
    return { lane, sequence, index, hash: hashHex(sha256(bytes)), code }
  })
