import type { FeedMessage, Hash } from '../../../../src/feeds/index.js'
import type { Effect, Event, Publish } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import type { Knowledge } from './knowledge.js'

/** Heights that may pass before a seal may be left out (rule 6). */
const FAR = 9

/**
 * Rules 5 and 6 of protocol section 5: decided by a commit certificate and nothing else; every height sealed, once
 * it is executed and with the root it left, unless its seal certificate is held and nine more heights are executed.
 */
export class FinalityChecker implements Observer {
  readonly #roots = new Map<SimulatedNode, Map<number, Hash>>()
  readonly #sealed = new Map<SimulatedNode, Set<number>>()

  constructor(private readonly knowledge: Knowledge) {}

  booted(node: SimulatedNode): void {
    this.#roots.set(node, new Map())
  }

  published(node: SimulatedNode, { body }: FeedMessage): void {
    if (body.type === 'seal') this.#sealedBy(node).add(body.height)
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#decided(node, effect)
      if (effect.kind === 'executed') this.#roots.get(node)?.set(effect.block.height, effect.block.stateRoot)
      if (effect.kind === 'publish') this.#seal(node, effect)
    }
  }

  #decided(
    node: SimulatedNode,
    { height, value, certificate }: Extract<Effect, { readonly kind: 'decided' }>,
  ): void {
    const held = this.knowledge.at(node, height).committed.find(({ message }) => message.key === certificate)
      ?.message.body
    const facts = { node: node.name, height, certificate }
    expectThat(
      held?.block === value.block && held.xRoot === value.xRoot,
      'decided-without-certificate',
      facts,
    )
  }

  #seal(node: SimulatedNode, { draft }: Publish): void {
    if (draft.type !== 'seal') return
    const { height, stateRoot } = draft
    const facts = { node: node.name, height }
    expectThat(this.#roots.get(node)?.get(height) === stateRoot, 'sealed-another-root', facts)
    const sealed = this.#sealedBy(node)
    const { executed } = this.knowledge.of(node)
    for (let before = 1; before < height; before++) {
      const mayLeaveOut = this.knowledge.at(node, before).sealed.length > 0 && executed >= before + FAR
      expectThat(sealed.has(before) || mayLeaveOut, 'seal-left-out', { ...facts, before, executed })
    }
    sealed.add(height)
  }

  #sealedBy(node: SimulatedNode): Set<number> {
    const known = this.#sealed.get(node) ?? new Set()
    this.#sealed.set(node, known)
    return known
  }
}
