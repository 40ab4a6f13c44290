import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { registryCircles } from '../../plugins/circle/index.js'
import { publishContacts } from '../../plugins/contacts/index.js'
import { dialler, type Dialler, type LinkStatus } from '../../plugins/dialler/index.js'
import type { DoorLimits } from '../../plugins/doorkeeper.js'
import { exchange, type OnOffer } from '../../plugins/exchange/index.js'
import { feedRequests, type FeedRequests, type FeedType } from '../../plugins/feed-requests/index.js'
import { floodGuard, type FloodGuardOptions } from '../../plugins/flood-guard.js'
import { heartbeat, type HeartbeatOptions } from '../../plugins/heartbeat.js'
import { LiveMembership, type Refused, registryAdmission } from '../../plugins/registry-admission/index.js'
import type { WireFault } from '../../plugins/wire-faults.js'
import { encodeBody, type FeedId, type FeedMessage } from '../../src/feeds/index.js'
import { createSsb, type Ssb } from '../../src/node/ssb.js'
import { type Member, registryFrom, type Registry, type RoleIdentity } from '../../src/roles/index.js'
import { assert } from '../../src/util/index.js'
import type { TestMember, TestNetwork } from './network.js'
import { type OpenSubstrate, openSubstrate } from './substrate/open-substrate.js'

/**
 * Members of a test network as nodes on loopback, with the whole stack but without consensus: what the registry
 * lets them do with each other.
 */
export interface MemberNode {
  readonly member: TestMember
  readonly id: FeedId
  readonly ssb: MemberSsb
  readonly substrate: OpenSubstrate
  readonly membership: LiveMembership
  readonly path: string
  /** Connections refused here so far, and link states in the order in which they were told. */
  readonly refused: readonly Refused[]
  readonly linkStates: readonly LinkStatus[]
  readonly offers: readonly Parameters<OnOffer>[]
}

export type MemberSsb = Ssb & { readonly dialler: Dialler; readonly feedRequests: FeedRequests }

export interface MemberOptions {
  readonly feeds?: readonly FeedType[]
  /** Names of the Messagenodes to dial. */
  readonly follow?: readonly string[]
  readonly onFault?: (fault: WireFault) => void
  /** Asks peers for signs of life. */
  readonly heartbeat?: HeartbeatOptions
  /** Pauses feeds that are written too fast. */
  readonly floodGuard?: FloodGuardOptions
  readonly door?: Partial<DoorLimits>
  /** Restart on this node's folder and port. */
  readonly again?: MemberNode
}

export class MemberNodes {
  readonly nodes = new Map<string, MemberNode>()
  readonly #folders: string[] = []

  constructor(readonly network: TestNetwork) {}

  member(name: string): TestMember {
    const member = this.network.members.find((candidate) => candidate.name === name)
    assert(member, `${name} is a member of the test network`)
    return member
  }

  node(name: string): MemberNode {
    const node = this.nodes.get(name)
    assert(node, `${name} was started`)
    return node
  }

  /** Genesis members at the addresses of the nodes that were started, without those named. */
  registry(without: readonly string[] = []): Registry {
    const members = this.network.network.members
      .filter(({ name }) => !without.includes(name))
      .map((member): Member => {
        const port = this.nodes.get(member.name)?.ssb.port
        return { ...member, addresses: { ssb: port ? { host: '127.0.0.1', port } : null, http: null } }
      })
    return registryFrom(0, members)
  }

  async start(
    name: string,
    { feeds, follow, again, door, onFault, heartbeat: beat, floodGuard: flood }: MemberOptions = {},
  ): Promise<MemberNode> {
    const member = this.member(name)
    const path = again?.path ?? (await this.#folder())
    const membership = new LiveMembership(this.registry())
    const refused: Refused[] = []
    const linkStates: LinkStatus[] = []
    const offers: Parameters<OnOffer>[] = []
    const circles = registryCircles(membership, member.owner.id, {
      faultyMessagenodes: 0,
      ...(feeds && { feeds }),
      ...(follow && { follow: follow.map((messagenode) => this.member(messagenode).owner.id) }),
    })
    const store = () => substrate
    const ssb = (await createSsb({
      path,
      keys: member.owner,
      networkKey: this.network.network.networkKey,
      host: '127.0.0.1',
      port: again?.ssb.port ?? 0,
      ...(door && { door }),
      ...(onFault && { onWireFault: onFault }),
      accepts: (author) => circles.current().admits(author),
      plugins: [
        registryAdmission({ circles, onRefused: (refusal) => refused.push(refusal) }),
        feedRequests({ circles }),
        ...(beat ? [heartbeat(beat)] : []),
        ...(flood ? [floodGuard(flood)] : []),
        exchange({ store, onOffer: (...offer) => offers.push(offer) }),
        dialler({
          circles,
          backoff: { initialMs: 20, maxMs: 200 },
          onState: (state) => linkStates.push(state),
        }),
      ],
    })) as MemberSsb
    const substrate = openSubstrate(ssb)
    const node = {
      member,
      id: member.owner.id,
      ssb,
      substrate,
      membership,
      path,
      refused,
      linkStates,
      offers,
    }
    this.nodes.set(name, node)
    return node
  }

  /** Tells every node where all the others are, and lets them dial. */
  async link(): Promise<void> {
    const registry = this.registry()
    for (const { membership } of this.nodes.values()) membership.update(registry)
    await Promise.all([...this.nodes.values()].map(({ ssb }) => ssb.dialler.start()))
  }

  async publishContacts(): Promise<void> {
    for (const { id, member, membership, substrate } of this.nodes.values()) {
      await publishContacts({
        registry: membership.current(),
        self: id,
        bodies: [],
        publish: (body) => substrate.publish(member.owner, encodeBody(body)),
      })
    }
  }

  async stop(node: MemberNode): Promise<void> {
    if (this.nodes.get(node.member.name) === node) this.nodes.delete(node.member.name)
    await node.substrate.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => this.stop(node)))
    // ssb-ebt writes peers' clocks for a moment longer.
    await Promise.all(this.#folders.map((path) => rm(path, { recursive: true, force: true, maxRetries: 10 })))
  }

  async #folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'blockfin-member-'))
    this.#folders.push(path)
    return path
  }
}

export const roleOf = ({ roles }: TestMember, role: string): RoleIdentity => {
  const identity = roles.find((candidate) => candidate.role === role)
  assert(identity, `the member has the role ${role}`)
  return identity
}

export const areLinked = (a: MemberNode, b: MemberNode): boolean =>
  a.substrate.peers().includes(b.id) && b.substrate.peers().includes(a.id)

export const holds = ({ substrate }: MemberNode, { author, sequence }: FeedMessage): boolean =>
  (substrate.tip(author)?.sequence ?? 0) >= sequence
