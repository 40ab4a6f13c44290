import { verifyCertificate } from '../../../../src/feeds/index.js'
import type { Electorate, FeedMessage } from '../../../../src/feeds/index.js'
import { electorateOf } from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import type { SignatureScheme } from '../signatures.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

/** Every certificate that a correct Messagenode publishes proves what it says, to anyone. */
export class CertificateChecker implements Observer {
  readonly #electorate: Electorate

  constructor(
    network: Network,
    private readonly scheme: SignatureScheme,
  ) {
    this.#electorate = electorateOf(network, network.genesis)
  }

  published(node: SimulatedNode, { body }: FeedMessage): void {
    if (!node.behaviour.correct) return
    if (body.type !== 'precommitted' && body.type !== 'committed' && body.type !== 'sealed') return
    const verdict = verifyCertificate(body, this.#electorate, this.scheme.verify)
    expectThat(verdict.verdict === 'accept', 'bad-certificate', {
      node: node.name,
      type: body.type,
      height: body.height,
      verdict,
    })
  }
}
