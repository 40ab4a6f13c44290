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

/** A second signature where only one may be: whoever holds these keys besides their owner, they must not sign again. */
const EQUIVOCATIONS: readonly EvidenceCode[] = [
  'feed-fork',
  'double-precommit',
  'double-commit',
  'double-seal',
  'commit-and-skip',
  'double-proposal',
  'conflicting-certificates',
  'height-backwards',
]

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
      if (!isEquivocationOf(ports.self, evidence)) return
      ports.halt('own-key-equivocated', { code: finding.code, messages: finding.messages })
    },
    start: () => closer?.start(),
    stop: () => closer?.stop(),
  }
}

/** Whether it proves that a key of this member signed what no correct node of its own would sign. */
const isEquivocationOf = (member: FeedId, { finding, proof }: Evidence): boolean =>
  proof !== null &&
  EQUIVOCATIONS.some((code) => code === finding.code) &&
  finding.culprits.some(({ owner }) => owner === member)

const laneCloser = ({ network, self, roles, submit, isClosed }: ConsequencePorts): LaneCloser | null => {
  const carrier = roles.get('transaction-validator')?.id
  if (carrier === undefined || submit === null) return null
  const index = network.genesis.validators.findIndex(({ id }) => id === self)
  return new LaneCloser({ carrier, index, isClosed, submit })
}
