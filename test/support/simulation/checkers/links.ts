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
    const block = this.#blockOf(node, draft)
    expectThat(block !== undefined, 'vote-on-unknown-block', facts)
    const content = block === null ? [] : this.#contentOf(node, block)
    for (const key of [...linksOf(draft), ...content])
      expectThat(durable.includes(key), 'link-not-durable', { ...facts, key })
  }

  /** The proposal that a vote needs in full: a quorum's disks hold what they precommitted, and what they sealed. */
  #blockOf(node: SimulatedNode, draft: Publish['draft']): Proposal | null | undefined {
    if (draft.type === 'seal') return this.#executed.get(node)?.get(draft.height)?.assembled
    if (draft.type !== 'precommit' || draft.skip) return null
    const proposal = node.store.get(draft.assembled)
    return proposal && isAssembled(proposal) ? proposal : undefined
  }

  /** It, and every lane message of it. */
  #contentOf(node: SimulatedNode, { key, body }: Proposal): readonly MessageKey[] {
    const before = this.#cuts.get(body.height - 1) ?? []
    const content = body.cut.flatMap(
      ({ lane, tip }): readonly FeedMessage[] => node.store.range(tip, before[lane] ?? 0) ?? [],
    )
    return [key, ...content.map((message) => message.key)]
  }
}

type Proposal = ExecutedBlock['assembled']

const isAssembled = (message: FeedMessage): message is Proposal => message.body.type === 'assembled'

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
