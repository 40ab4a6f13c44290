import {
  challengeAt,
  checkFork,
  decodeForkProof,
  type ForkProof,
  isProven,
  refusalText,
} from '../ocean/chain/index.js'
import {
  type Block,
  blockDigest,
  blockHash,
  decodeBlock,
  decodeTransaction,
  idOf,
  sha256d,
  type Transaction,
  transactionId,
} from '../ocean/codec/index.js'
import type { EmbeddedNode } from '../ocean/node/index.js'
import { concat, equalBytes, ignore, isCoded, type Refusal, reject } from '../util/index.js'
import type { Whole } from './assembly.js'
import { Orphans } from './orphans.js'

/** What became of a content: taken or known (null), refused, or not to be judged before the chain is longer. */
export type Outcome = Refusal | 'wait' | null

export type InboxNode = Pick<
  EmbeddedNode,
  'chain' | 'mempool' | 'parameters' | 'submit' | 'broadcast' | 'noteFork'
>

const MOST_ORPHANS = 256

/**
 * Gives what the feeds bring to the node. Codes of refusals: `malformed-bytes`, `wrong-id`, `block-unproven`,
 * `block-refused`, `block-of-another-branch`, `transaction-refused`, and those of `checkFork`.
 */
export class Inbox {
  /** Of blocks and proofs that stand in some feed, so that nobody publishes them again. */
  readonly heard = new Set<string>()
  readonly #orphans = new Orphans<Transaction>(MOST_ORPHANS)
  #arriving: string | undefined

  constructor(private readonly node: InboxNode) {}

  /** Whether the node takes this transaction because a feed brought it. */
  isArriving(txid: string): boolean {
    return this.#arriving === txid
  }

  /** @throws whatever keeps the store from taking a block: it may be given again */
  async take(whole: Whole): Promise<Outcome> {
    switch (whole.kind) {
      case 'ocean-transaction':
        return this.#transaction(whole)
      case 'ocean-block':
        return this.#block(whole)
      case 'ocean-fork':
        return this.#fork(whole)
    }
  }

  /** A transaction is known now, so those that waited for it are judged again. */
  adopt(txid: string): void {
    this.#orphans.drop(txid)
    for (const child of this.#orphans.childrenOf(txid)) this.#offer(child, transactionId(child))
  }

  async #block({ id, bytes }: Whole): Promise<Outcome> {
    const { chain, parameters } = this.node
    const held = chain.store.block(id)
    if (held && equalBytes(held, bytes)) {
      this.heard.add(id)
      return null
    }
    const block = readable(() => decodeBlock(bytes))
    if (!block) return reject('malformed-bytes', { id })
    const { header } = block
    if (blockHash(header) !== id) return reject('wrong-id', { id })
    if (!equalBytes(header.challenge, challengeAt(parameters, header.height)) || !isProven(header)) {
      return reject('block-unproven', { id, height: header.height })
    }
    if (header.height > chain.height + 1) return 'wait'
    const reason = await this.#submit(block, id)
    // Whose clock is wrong is not known, and time passes.
    if (reason === 'time-too-new') return 'wait'
    if (reason === null || reason === 'duplicate' || reason === 'inconclusive') return null
    // After a fork, whoever kept the other block goes on with it.
    if (reason === 'bad-prevblk') return ignore('block-of-another-branch', { id, height: header.height })
    return reject('block-refused', { id, height: header.height, reason })
  }

  /** A feed has the block only if these are its bytes: a header over other transactions must keep nobody from saying it. */
  async #submit(block: Block, id: string): Promise<string | null> {
    const wasHeard = this.heard.has(id)
    this.heard.add(id)
    const reason = await this.node.submit(block)
    if (reason !== null && !wasHeard) this.heard.delete(id)
    return reason
  }

  #transaction({ id, bytes }: Whole): Outcome {
    if (this.node.mempool.get(id) || this.node.chain.store.heightOfTransaction(id) !== undefined) return null
    const transaction = readable(() => decodeTransaction(bytes))
    if (!transaction) return reject('malformed-bytes', { id })
    if (transactionId(transaction) !== id) return reject('wrong-id', { id })
    return this.#offer(transaction, id)
  }

  #offer(transaction: Transaction, txid: string): Outcome {
    this.#arriving = txid
    try {
      // The caller of the node that published it allowed the fee.
      const verdict = this.node.broadcast(transaction, true)
      if (verdict.verdict === 'accepted') return null
      if (verdict.verdict === 'refused') {
        return ignore('transaction-refused', { txid, reason: refusalText(verdict.refusal) })
      }
      const parents = [...new Set(transaction.inputs.map(({ previous }) => previous.txid))]
      this.#orphans.add({ txid, parents, value: transaction })
      return null
    } finally {
      this.#arriving = undefined
    }
  }

  async #fork({ id, bytes }: Whole): Promise<Outcome> {
    const proof = readable(() => decodeForkProof(bytes))
    if (!proof) return reject('malformed-bytes', { id })
    if (forkId(proof) !== id) return reject('wrong-id', { id })
    const fork = checkFork(proof, this.node.parameters)
    if (typeof fork === 'string') return reject(fork, { id })
    this.heard.add(id)
    await this.node.noteFork(proof)
    return null
  }
}

/** Of the two blocks, whoever of their signers is named. */
export const forkId = (proof: ForkProof): string => idOf(sha256d(concat(...proof.map(blockDigest))))

/** What some member wrote may be anything; nothing, if it is not what its name says. */
const readable = <T>(decode: () => T): T | undefined => {
  try {
    return decode()
  } catch (error) {
    if (isCoded(error)) return undefined
    throw error
  }
}
