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

/**
 * Everything else that the stack puts into its manifest, for this process alone: no peer may call any of it. It
 * stands here so that an RPC which a new plugin, or a new version of an old one, brings along is noticed: a test
 * holds both tables against the live manifest.
 */
export const LOCAL_RPCS = {
  secretStack: ['auth', 'address', 'multiserver.parse', 'multiserver.address'],
  database: [
    'db.get',
    'db.add',
    'db.create',
    'db.publish',
    'db.publishAs',
    'db.del',
    'db.deleteFeed',
    'db.addTransaction',
    'db.addOOO',
    'db.addBatch',
    'db.addOOOBatch',
    'db.getStatus',
    'db.compact',
    'db.logStats',
    'db.indexingProgress',
    'db.compactionProgress',
    'db.reset',
  ],
  friends: [
    'friends.follow',
    'friends.isFollowing',
    'friends.block',
    'friends.isBlocking',
    'friends.hops',
    'friends.hopStream',
    'friends.graph',
    'friends.graphStream',
    'friends.help',
  ],
  replication: [
    'ebt.replicateFormat',
    'ebt.request',
    'ebt.block',
    'ebt.forget',
    'ebt.peerStatus',
    'ebt.clock',
    'replicationScheduler.start',
    'replicationScheduler.reconfigure',
  ],
  connections: [
    'conn.remember',
    'conn.forget',
    'conn.dbPeers',
    'conn.connect',
    'conn.disconnect',
    'conn.peers',
    'conn.stage',
    'conn.unstage',
    'conn.stagedPeers',
    'conn.start',
    'conn.stop',
    'conn.ping',
    'conn.db',
    'conn.hub',
    'conn.staging',
    'conn.query',
    'connScheduler.start',
    'connScheduler.stop',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The RPCs that a member of this kind may call. */
export const allowedTo = (kind: MemberKind): readonly string[] =>
  Object.entries<readonly MemberKind[]>(RPC_PERMISSIONS)
    .filter(([, kinds]) => kinds.includes(kind))
    .map(([rpc]) => rpc)
