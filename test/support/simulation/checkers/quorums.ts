import { feedIdBytes, stageOf, voteBytes } from '../../../../src/feeds/index.js'
import type {
  CertificateBody,
  FeedId,
  FeedMessage,
  Signature,
  SkipCertificateBody,
  Stage,
} from '../../../../src/feeds/index.js'
import type { Network } from '../../../../src/roles/index.js'
import { fromBase64 } from '../../../../src/util/index.js'
import type { SignatureScheme } from '../signatures.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'

type Certificate = CertificateBody | SkipCertificateBody

/**
 * The arithmetic of protocol section 6, of every certificate that anyone publishes, counted without the code under
 * test: more than two thirds signed it, correct signers had said so in their feeds before, and no two certificates
 * contradict each other.
 */
export class QuorumChecker implements Observer {
  readonly #threshold: number
  /** By signature: who published it, and what it says. */
  readonly #votes = new Map<Signature, { readonly node: SimulatedNode; readonly says: string }>()
  /** By what may be certified once only: what was. */
  readonly #certified = new Map<string, string>()

  constructor(
    private readonly network: Network,
    private readonly scheme: SignatureScheme,
    private readonly nodeOf: (feed: FeedId) => SimulatedNode | undefined,
  ) {
    this.#threshold = Math.floor((2 * network.genesis.validators.length) / 3) + 1
  }

  published(node: SimulatedNode, { body }: FeedMessage): void {
    if (body.type === 'precommit' || body.type === 'commit' || body.type === 'seal') {
      this.#votes.set(body.signature, {
        node,
        says: describe({ stateRoot: null, ...body, stage: stageOf(body) }),
      })
    }
    if (body.type === 'precommitted' || body.type === 'committed' || body.type === 'sealed') {
      this.#count(node, body)
    }
  }

  #count(node: SimulatedNode, body: Certificate): void {
    const stage = stageOf(body)
    const says = describe({ stateRoot: null, ...body, stage })
    const signers = new Set(
      body.signers.filter((index, place) => this.#hasSigned(stage, body, says, index, place)),
    )
    const isQuorum = signers.size >= this.#threshold
    expectThat(isQuorum || !node.behaviour.correct, 'no-quorum', {
      node: node.name,
      says,
      signers: [...signers],
      threshold: this.#threshold,
    })
    if (isQuorum) this.#expectConsistent(stage, body, says)
  }

  /** A correct validator's signature is seen only once its vote is durable and published. */
  #hasSigned(stage: Stage, body: Certificate, says: string, index: number, place: number): boolean {
    const signature = body.signatures[place]
    const validator = this.network.genesis.validators[index]
    if (signature === undefined || !validator) return false
    const vote = this.#votes.get(signature)
    if (vote) return vote.says === says && vote.node.member.id === validator.id
    if (!this.#verifies(stage, body, index, signature)) return false
    const signer = this.nodeOf(validator.id)
    expectThat(signer?.behaviour.correct === false, 'vote-never-published', { signer: signer?.name, says })
    return true
  }

  #verifies(stage: Stage, body: Certificate, index: number, signature: Signature): boolean {
    const { chainId, genesis } = this.network
    const roles = genesis.validators[index]?.roles
    if (!roles) return false
    const key = {
      precommit: roles.precommitter,
      skip: roles.precommitter,
      commit: roles.committer,
      seal: roles.sealer,
    }
    const bytes = voteBytes({ ...body, chainId, epoch: genesis.number, stage })
    return this.scheme.verify(feedIdBytes(key[stage]), bytes, fromBase64(signature))
  }

  /** One value in a round, one in a height, and a round is committed or skipped. */
  #expectConsistent(stage: Stage, { height, round }: Certificate, says: string): void {
    const places: Readonly<Record<Stage, readonly string[]>> = {
      precommit: [`precommit ${height} ${round}`],
      commit: [`commit ${height}`, `commit or skip ${height} ${round}`],
      skip: [`commit or skip ${height} ${round}`],
      seal: [`seal ${height}`],
    }
    // A height is decided once, in whatever round; elsewhere the round is part of the place.
    const value = says.replace(/ round \d+/, '')
    for (const place of places[stage]) {
      const before = this.#certified.get(place) ?? value
      expectThat(before === value, 'contradicting-certificates', { place, before, value })
      this.#certified.set(place, before)
    }
  }
}

interface Said {
  readonly stage: Stage
  readonly height: number
  readonly round?: number
  readonly block?: string
  readonly xRoot?: string
  readonly stateRoot: string | null
}

const describe = ({ stage, height, round = 0, block = '', xRoot = '', stateRoot }: Said): string =>
  `${stage} ${height} round ${round} ${block} ${xRoot} ${stateRoot ?? ''}`
