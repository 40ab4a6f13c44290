import type { FeedId } from '../../feeds/index.js'
import type { EvidenceCode, Finding } from '../../protocol/index.js'
import type { Network, Role, RoleIdentity } from '../../roles/index.js'
import { LaneCloser } from './lane-closer.js'
import type { Evidence } from './store.js'

export interface ConsequencePorts {
  readonly network: Network
  readonly self: FeedId
  readonly roles: ReadonlyMap<Role, RoleIdentity>
  /** Tells the operator; what an earlier life found, again at every start. */
  readonly tell: (finding: Finding, isNew: boolean) => void
  /** Nothing new is taken from this lane. */
  readonly forked: (feed: FeedId) => void
  /** This node signs nothing any more. */
  readonly halt: (code: string, facts: Readonly<Record<string, unknown>>) => void
  readonly isClosed: (lane: FeedId) => boolean
  /** Puts a transaction into the own lane; null if this node has none. */
  readonly submit: ((operation: Uint8Array) => Promise<unknown>) | null
}

const EQUIVOCATED = 'own-key-equivocated'

/**
 * What a node convicted of it halts with. A second signature where only one may be: whoever holds these keys besides
 * their owner, they must not sign again. Other results than a quorum's: this node does not compute what the chain is.
 */
const HALTS: Readonly<Partial<Record<EvidenceCode, string>>> = {
  'feed-fork': EQUIVOCATED,
  'double-precommit': EQUIVOCATED,
  'double-commit': EQUIVOCATED,
  'double-seal': EQUIVOCATED,
  'commit-and-skip': EQUIVOCATED,
  'double-proposal': EQUIVOCATED,
  'conflicting-certificates': EQUIVOCATED,
  'height-backwards': EQUIVOCATED,
  'wrong-results': 'diverged-execution',
  'wrong-state-root': 'diverged-state',
}

/** What a node does about what is on record. */
export interface Consequences {
  heed(evidence: Evidence, isNew: boolean): void
  /** The node may publish. */
  start(): void
  stop(): void
}

export const consequences = (ports: ConsequencePorts): Consequences => {
  const closer = laneCloser(ports)
  return {
    heed(evidence, isNew) {
      const { finding, proof } = evidence
      ports.tell(finding, isNew)
      const [a, b] = proof?.code === 'feed-fork' ? proof.messages : []
      if (a && b) {
        ports.forked(a.author)
        closer?.close(a, b)
      }
      const halt = haltOf(ports.self, evidence)
      if (halt !== undefined) ports.halt(halt, { code: finding.code, messages: finding.messages })
    },
    start: () => closer?.start(),
    stop: () => closer?.stop(),
  }
}

/** Why this member must not sign on, if it proves that a key of it signed what no correct node of its own would sign. */
const haltOf = (member: FeedId, { finding, proof }: Evidence): string | undefined =>
  proof !== null && finding.culprits.some(({ owner }) => owner === member) ? HALTS[proof.code] : undefined

const laneCloser = ({ network, self, roles, submit, isClosed }: ConsequencePorts): LaneCloser | null => {
  const carrier = roles.get('transaction-validator')?.id
  if (carrier === undefined || submit === null) return null
  const index = network.genesis.validators.findIndex(({ id }) => id === self)
  return new LaneCloser({ carrier, index, isClosed, submit })
}
