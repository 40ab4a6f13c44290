import type { FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import type { Effect, Event, ExecutedBlock, Publish } from '../../../../src/protocol/index.js'
import { lanesOf } from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/**
 * Order of I/O (protocol section 5): every certificate that a message links becomes durable before the message may
 * be seen, and with a seal the whole content of its block.
 */
export class LinkChecker implements Observer {
  readonly #executed = new Map<SimulatedNode, Map<number, ExecutedBlock>>()
  readonly #cuts = new Map<number, readonly number[]>()

  constructor(private readonly network: Network) {}

  booted(node: SimulatedNode): void {
    this.#executed.set(node, new Map())
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) {
      if (effect.kind === 'executed') this.#execute(node, effect.block)
      if (effect.kind === 'publish') this.#expectDurable(node, effect)
    }
  }

  #execute(node: SimulatedNode, block: ExecutedBlock): void {
    this.#executed.get(node)?.set(block.height, block)
    const cut = [...(this.#cuts.get(block.height - 1) ?? lanesOf(this.network.genesis).map(() => 0))]
    for (const { lane, sequence } of block.assembled.body.cut) cut[lane] = sequence
    this.#cuts.set(block.height, cut)
  }

  #expectDurable(node: SimulatedNode, { draft, durable }: Publish): void {
    const facts = { node: node.name, type: draft.type, height: draft.height }
    const needed = draft.type === 'seal' ? this.#sealed(node, draft.height) : linksOf(draft)
    expectThat(needed, 'seal-before-execution', facts)
    for (const key of needed) expectThat(durable.includes(key), 'link-not-durable', { ...facts, key })
  }

  /** The certificate, the proposal and every lane message of the block. */
  #sealed(node: SimulatedNode, height: number): readonly MessageKey[] | undefined {
    const block = this.#executed.get(node)?.get(height)
    if (!block) return undefined
    const before = this.#cuts.get(height - 1) ?? []
    const content = block.assembled.body.cut.flatMap(
      ({ lane, tip }): readonly FeedMessage[] => node.store.range(tip, before[lane] ?? 0) ?? [],
    )
    return [block.assembled.key, ...content.map(({ key }) => key)]
  }
}

const linksOf = (draft: Publish['draft']): readonly MessageKey[] => {
  switch (draft.type) {
    case 'precommit':
      return present(draft.entry)
    case 'commit':
      return [draft.precommitted]
    case 'seal':
      return [draft.committed]
    case 'assembled':
      return present(draft.parentCertificate, draft.justify.skipped, draft.justify.precommitted)
    default:
      return []
  }
}

const present = (...keys: readonly (MessageKey | null)[]): MessageKey[] => keys.filter((key) => key !== null)
