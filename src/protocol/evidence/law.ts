import { type Electorate, emptyBlock, type FeedId, type Hash } from '../../feeds/index.js'
import {
  electorateOf,
  type FeedRole,
  type Network,
  type Place,
  type Registry,
  registryOf,
} from '../../roles/index.js'
import type { Verify } from '../step.js'
import type { EvidenceCode } from './codes.js'

/** What behaviour is judged by: the network file and arithmetic, nothing that was seen or executed. */
export interface Law {
  readonly network: Network
  readonly registry: Registry
  readonly electorate: Electorate
  readonly verify: Verify
  /** E(h); undefined beyond the heights that a stranger's claim may make us hash up to. */
  readonly slotAt: (height: number) => Hash | undefined
}

/** Hashing up to here takes a verifier some hundred milliseconds once; higher slots are judged by their neighbours. */
const SLOTS_COMPUTED = 65_536

export const lawOf = (network: Network, verify: Verify): Law => {
  const registry = registryOf(network)
  const slots = [emptyBlock(network.chainId, 0, null)]
  return {
    network,
    registry,
    electorate: electorateOf(network, registry.epoch),
    verify,
    slotAt: (height) => {
      if (height > SLOTS_COMPUTED) return undefined
      for (let next = slots.length; next <= height; next++) {
        slots.push(emptyBlock(network.chainId, next, slots[next - 1] ?? null))
      }
      return slots[height]
    },
  }
}

/** Whoever is convicted: a member, and the role whose key signed. */
export interface Culprit {
  readonly owner: FeedId
  readonly role: FeedRole
}

/** What messages prove. */
export interface Charge {
  readonly code: EvidenceCode
  /** One, except for a commit and a skip (two roles of one member) and for certificates (everyone who signed both). */
  readonly culprits: readonly Culprit[]
  readonly facts: Readonly<Record<string, unknown>>
}

export const culpritOf = ({ member, role }: Place): Culprit => ({ owner: member.id, role })
