import type { FeedMessage, MessageKey, SkipCertificateBody } from '../../../../src/feeds/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/**
 * What must come before what in a correct node's own feeds (protocol section 5): no precommit after the skip of
 * its round, a vote of a later round only with its entry, a skip certificate only on its own predecessor.
 */
export class OrderChecker implements Observer {
  /** By node and place: the key of what was published there. */
  readonly #published = new Map<string, MessageKey>()

  published(node: SimulatedNode, message: FeedMessage): void {
    if (!node.behaviour.correct) return
    const { body, key } = message
    if (body.type === 'precommit') {
      const { height, round, skip, entry } = body
      const facts = { node: node.name, height, round, skip }
      expectThat((entry !== null) === round > 0, 'wrong-entry', facts)
      if (skip) this.#published.set(`${node.name} skip ${height} ${round}`, key)
      else
        expectThat(
          !this.#published.has(`${node.name} skip ${height} ${round}`),
          'precommit-after-skip',
          facts,
        )
    }
    if (body.type !== 'precommitted') return
    if (body.skip) this.#expectFounded(node, body)
    const kind = body.skip ? 'NC' : 'PC'
    this.#published.set(`${node.name} ${kind} ${body.height} ${body.round}`, key)
  }

  #expectFounded(node: SimulatedNode, { height, round, previous }: SkipCertificateBody): void {
    const before = `${height} ${round - 1}`
    const skipped = this.#published.get(`${node.name} NC ${before}`) ?? null
    const founded = round === 0 || skipped !== null || this.#published.has(`${node.name} PC ${before}`)
    const facts = { node: node.name, height, round, previous, skipped }
    expectThat(founded, 'unfounded-skip-certificate', facts)
    expectThat(previous === skipped, 'wrong-previous', facts)
  }
}
