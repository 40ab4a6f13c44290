import type { Effect, Event, ExecutedBlock } from '../../../../src/protocol/index.js'
import { toHex } from '../../../../src/util/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import { isSameContent } from './same-content.js'

/**
 * What any correct node acknowledged as committed, once, is on every correct node's chain for ever: at the same
 * height, with the same code, in all its lives, and nowhere else. Knows nothing of how blocks come about.
 */
export class AcknowledgementChecker implements Observer {
  /** By transaction and its place in a feed: where it was acknowledged. */
  readonly #acknowledged = new Map<string, { readonly height: number; readonly code: number | undefined }>()
  /** By height: the block as it was acknowledged first. */
  readonly #blocks = new Map<number, ExecutedBlock>()

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) if (effect.kind === 'executed') this.#executed(node, effect.block)
  }

  #executed(node: SimulatedNode, block: ExecutedBlock): void {
    const first = this.#blocks.get(block.height)
    if (first && isSameContent(first, block)) return
    this.#acknowledge(node, block)
    if (!first) this.#blocks.set(block.height, block)
  }

  #acknowledge(node: SimulatedNode, { height, transactions, codes }: ExecutedBlock): void {
    const first = this.#blocks.get(height)
    const facts = { node: node.name, height }
    for (const [position, { lane, sequence, index, bytes }] of transactions.entries()) {
      const name = `${lane}/${sequence}/${index}/${toHex(bytes)}`
      const code = codes[position]
      const before = this.#acknowledged.get(name)
      const isNew = before === undefined && first === undefined
      const isSame = before?.height === height && before.code === code
      expectThat(isNew || isSame, 'acknowledged-otherwise', { ...facts, name, code, before })
      this.#acknowledged.set(name, { height, code })
    }
    const lost = (first?.transactions.length ?? transactions.length) - transactions.length
    expectThat(lost === 0, 'acknowledged-lost', { ...facts, lost })
  }
}
