import type { MemberKind } from '../../src/roles/index.js'

/**
 * Every RPC that this node answers at all, and which kind of member may call it. Whatever any plugin offers and
 * this table does not name can be called by nobody. A stranger is refused in the handshake already.
 *
 * `gossip.ping` is what a stock ssb-server keeps a link alive with; without it the ping, not the link, fails.
 */
export const RPC_PERMISSIONS = {
  manifest: ['validator', 'messagenode', 'observer'],
  'ebt.replicate': ['validator', 'messagenode', 'observer'],
  'gossip.ping': ['validator', 'messagenode', 'observer'],
  'blockfin.get': ['validator', 'messagenode', 'observer'],
  'blockfin.range': ['validator', 'messagenode', 'observer'],
  'blockfin.tips': ['validator', 'messagenode', 'observer'],
  'blockfin.offer': ['validator', 'messagenode'],
} as const satisfies Readonly<Record<string, readonly MemberKind[]>>

/** The RPCs that a member of this kind may call. */
export const allowedTo = (kind: MemberKind): readonly string[] =>
  Object.entries<readonly MemberKind[]>(RPC_PERMISSIONS)
    .filter(([, kinds]) => kinds.includes(kind))
    .map(([rpc]) => rpc)
