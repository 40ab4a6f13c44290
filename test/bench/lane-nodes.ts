import { LiveMembership } from '../../plugins/registry-admission/index.js'
import type { FeedId } from '../../src/feeds/index.js'
import { type Link, openLink } from '../../src/node/link.js'
import { type Member, registryFrom, type RoleIdentity } from '../../src/roles/index.js'
import { roleOf } from '../support/member-nodes.js'
import { type TestNetwork, testNetwork } from '../support/network.js'

/** Members with their whole stack but without consensus, one of which writes all the lanes. */

const LANES = 4
const TRANSACTION_BYTES = 256

export const network = (): TestNetwork => testNetwork({ validators: LANES, messagenodes: 1, observers: 1 })

export const memberOf = (test: TestNetwork, name: string) => {
  const member = test.members.find((candidate) => candidate.name === name)
  if (!member) throw new Error(`${name} is no member`)
  return member
}

export interface Holder {
  readonly id: FeedId
  readonly address: { readonly host: string; readonly port: number }
  readonly onConnected: (link: Link) => void
}

/** Opened as a node opens it; who dials whom does not matter here. */
export const open = async (test: TestNetwork, name: string, path: string, holder?: Holder) => {
  const { networkKey, chainId, genesis, members } = test.network
  const known = members.map((member): Member => ({
    ...member,
    addresses: { ssb: holder?.id === member.id ? holder.address : null, http: null },
  }))
  const link: Link = await openLink({
    path,
    main: memberOf(test, name).owner,
    membership: new LiveMembership(registryFrom(0, known)),
    networkKey,
    chainId,
    epochAt: () => genesis.number,
    ownFeeds: [],
    faultyMessagenodes: 0,
    listen: { host: '127.0.0.1', port: 0 },
    follow: holder ? [holder.id] : [],
    onConflict: () => undefined,
    onWrite: () => undefined,
    onFailed: () => undefined,
    onConnected: () => holder?.onConnected(link),
    onEvent: () => undefined,
  })
  return link
}

/** Publishes the next message of one lane after the other, whoever that lane is. */
export const speakerOf = (test: TestNetwork, { guard }: Link): ((index: number) => Promise<unknown>) => {
  guard.allow()
  const lanes = Array.from({ length: LANES }, (_, index) =>
    roleOf(memberOf(test, `validator-${index + 1}`), 'transaction-validator'),
  )
  return (index) => {
    const lane = lanes[index % LANES] as RoleIdentity
    const transaction = new Uint8Array(TRANSACTION_BYTES).fill(index & 255)
    return guard.publish(lane, { type: 'transaction', transactions: [transaction] })
  }
}
