import type { FeedId } from '../../src/feeds/index.js'
import { isFeedId } from '../../src/feeds/index.js'
import type { MemberKind, Registry } from '../../src/roles/index.js'

/**
 * Who may be linked to whom, in either direction (protocol sections 1 and 4): validators meet through
 * Messagenodes only, never each other; observers read from Messagenodes and pass on to other observers.
 */
const LINKS: Readonly<Record<MemberKind, readonly MemberKind[]>> = {
  validator: ['messagenode'],
  messagenode: ['validator', 'messagenode', 'observer'],
  observer: ['messagenode', 'observer'],
}

export const mayLink = (a: MemberKind, b: MemberKind): boolean => LINKS[a].includes(b)

export type LinkRefusal =
  /** Not a member under this main identity; role identities never connect. */
  | 'not-registered'
  /** A member, but of a kind that this node is never linked to. */
  | 'link-not-allowed'
  /** This node's own identity: a second process on a copied key, which would fork the feeds. */
  | 'own-identity'
  /** This node is itself not, or no longer, a member. */
  | 'self-not-registered'

/** Why `self` must not be linked to `peer`, or undefined if it may. */
export const linkRefusal = (registry: Registry, self: FeedId, peer: string): LinkRefusal | undefined => {
  if (peer === self) return 'own-identity'
  const own = registry.memberOf(self)
  if (!own) return 'self-not-registered'
  const member = isFeedId(peer) ? registry.memberOf(peer) : undefined
  if (!member) return 'not-registered'
  return mayLink(own.kind, member.kind) ? undefined : 'link-not-allowed'
}

/** The main identity that a multiserver address names (`net:HOST:PORT~shs:KEY`), which the handshake proves. */
export const identityOfAddress = (address: string): FeedId | undefined => {
  const id = `@${/~shs:([A-Za-z0-9+/]{43}=)/.exec(address)?.[1] ?? ''}.ed25519`
  return isFeedId(id) ? id : undefined
}

/** The multiserver address under which a member's main identity listens. */
export const addressOf = (id: FeedId, { host, port }: { readonly host: string; readonly port: number }) =>
  `net:${host}:${port}~shs:${id.slice(1, -'.ed25519'.length)}`
