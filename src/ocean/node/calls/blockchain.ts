import { toHex } from '../../../util/index.js'
import { encodeForkProof } from '../../chain/index.js'
import { type Block, encodeBlock, encodeHeader } from '../../codec/index.js'
import { integer, isNumber } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { blockJson, chainWork, headerJson } from '../shapes/block.js'

/** What the chain holds. */

const heightAt = (given: Parameters, { chain }: OceanNode): number => {
  const height = chain.heightOf(given.text(0).toLowerCase())
  if (height === undefined) throw new RpcError(RPC.addressOrKey, 'Block not found')
  return height
}

const headerAt = (node: OceanNode, height: number): Block['header'] => {
  const entry = node.chain.entryAt(height)
  if (!entry) throw new RpcError(RPC.parameter, 'Block height out of range')
  return entry.header
}

const blockAt = (node: OceanNode, height: number): Block => {
  const block = node.chain.blockAt(height)
  if (!block) throw new RpcError(RPC.misc, "Can't read block from disk")
  return block
}

/** 0 to 2, or a boolean of older callers. */
const verbosityAt = (given: Parameters): number => {
  if (!given.has(1)) return 1
  return isNumber(given.at(1)) ? given.integer(1) : given.boolean(1) ? 1 : 0
}

const ACTIVE = { status: 'active', startTime: integer(0), timeout: integer(999999999999), since: integer(0) }

export const blockchainCalls: Calls<OceanNode> = {
  getblockcount: (_given, { chain }) => integer(chain.height),
  getbestblockhash: (_given, { chain }) => chain.tip.hash,
  getblockhash(given, { chain }) {
    const entry = chain.entryAt(given.integer(0))
    if (!entry) throw new RpcError(RPC.parameter, 'Block height out of range')
    return entry.hash
  },
  getblockheader(given, node) {
    const height = heightAt(given, node)
    const header = headerAt(node, height)
    const isRaw = given.has(1) && !given.boolean(1)
    return isRaw ? toHex(encodeHeader(header)) : headerJson(node.chain, given.text(0).toLowerCase(), header)
  },
  getblock(given, node) {
    const block = blockAt(node, heightAt(given, node))
    const verbosity = verbosityAt(given)
    if (verbosity <= 0) return toHex(encodeBlock(block))
    return blockJson(node.chain, given.text(0).toLowerCase(), block, verbosity >= 2)
  },
  getblockchaininfo: (_given, { chain, parameters }) => ({
    chain: parameters.chain,
    blocks: integer(chain.height),
    headers: integer(chain.height),
    bestblockhash: chain.tip.hash,
    difficulty: integer(1),
    mediantime: integer(chain.medianTimeAt(chain.height)),
    verificationprogress: integer(1),
    chainwork: chainWork(chain.height),
    pruned: false,
    bip9_softforks: { csv: ACTIVE, segwit: ACTIVE },
  }),
  getforks: (_given, { chain, forks }) =>
    forks.map(({ height, blocks, signers, proof }) => ({
      height: integer(height),
      blocks,
      kept: chain.entryAt(height)?.hash ?? null,
      signers,
      proof: toHex(encodeForkProof(proof)),
    })),
  getcontract: (_given, { documents }) => ({ contract: documents.contract() }),
  getcontracthash: (given, node) =>
    headerAt(node, given.has(0) ? given.integer(0) : node.chain.height).contractHash,
  getmappinghash: (given, node) =>
    headerAt(node, given.has(0) ? given.integer(0) : node.chain.height).mappingHash,
  dumpassetlabels: (_given, { parameters }) =>
    Object.fromEntries([...parameters.assetLabels].sort(([a], [b]) => (a < b ? -1 : 1))),
}
