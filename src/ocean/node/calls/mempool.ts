import { amount, integer, type JsonObject } from '../../json/index.js'
import { type Calls, RPC, RpcError } from '../../rpc/index.js'
import type { Waiting } from '../mempool.js'
import type { OceanNode } from '../ocean-node.js'

/** What waits for a block. */

type Relation = (waiting: Waiting, node: OceanNode) => readonly Waiting[]

const parentsOf: Relation = ({ transaction }, { mempool }) =>
  transaction.inputs.flatMap(({ previous }) => mempool.get(previous.txid) ?? [])

const childrenOf: Relation = ({ txid, transaction }, { mempool }) =>
  transaction.outputs.flatMap((_, index) => {
    const spender = mempool.spender({ txid, index })
    return spender === undefined ? [] : (mempool.get(spender) ?? [])
  })

/** A transaction with all that it stands on, or all that stands on it. */
const family = (waiting: Waiting, node: OceanNode, relation: Relation): readonly Waiting[] => {
  const members = new Set([waiting])
  for (const member of members) for (const other of relation(member, node)) members.add(other)
  return [...members]
}

const sums = (members: readonly Waiting[]) => ({
  count: integer(members.length),
  size: integer(members.reduce((sum, { size }) => sum + size, 0)),
  fees: integer(members.reduce((sum, { fee }) => sum + fee, 0n)),
})

const entryJson = (waiting: Waiting, node: OceanNode): JsonObject => {
  const descendants = sums(family(waiting, node, childrenOf))
  const ancestors = sums(family(waiting, node, parentsOf))
  return {
    size: integer(waiting.size),
    fee: amount(waiting.fee),
    modifiedfee: amount(waiting.fee),
    time: integer(waiting.time),
    height: integer(waiting.height),
    startingpriority: integer(0),
    currentpriority: integer(0),
    descendantcount: descendants.count,
    descendantsize: descendants.size,
    descendantfees: descendants.fees,
    ancestorcount: ancestors.count,
    ancestorsize: ancestors.size,
    ancestorfees: ancestors.fees,
    depends: [...new Set(parentsOf(waiting, node).map(({ txid }) => txid))],
  }
}

export const mempoolCalls: Calls<OceanNode> = {
  getrawmempool(given, node) {
    const isVerbose = given.has(0) && given.boolean(0)
    const { all } = node.mempool
    if (!isVerbose) return all.map(({ txid }) => txid)
    return Object.fromEntries(all.map((waiting) => [waiting.txid, entryJson(waiting, node)]))
  },
  getmempoolentry(given, node) {
    const waiting = node.mempool.get(given.hash(0, 'parameter 1'))
    if (!waiting) throw new RpcError(RPC.addressOrKey, 'Transaction not in mempool')
    return entryJson(waiting, node)
  },
}
