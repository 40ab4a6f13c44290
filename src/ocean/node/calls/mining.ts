import { toHex } from '../../../util/index.js'
import { combineSolution } from '../combine.js'
import { isProven } from '../../chain/index.js'
import { encodeBlock, withSolution } from '../../codec/index.js'
import { type Calls, RPC, RpcError, textIn } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { blockIn } from './hex.js'

/** Blocks proposed, signed together and handed in. */
export const miningCalls: Calls<OceanNode> = {
  getnewblockhex(given, node) {
    if (given.has(0) && given.integer(0) < 0) {
      throw new RpcError(RPC.invalidParams, 'required_wait must be non-negative.')
    }
    return toHex(encodeBlock(node.propose()))
  },
  testproposedblock(given, node) {
    const reason = node.judgeProposal(blockIn(given))
    if (reason !== undefined) throw new RpcError(RPC.verify, reason)
    return null
  },
  combineblocksigs(given) {
    const block = blockIn(given)
    const texts = given.array(1).map(textIn)
    const solved = withSolution(block, combineSolution(block.header, texts))
    return { hex: toHex(encodeBlock(solved)), complete: isProven(solved.header) }
  },
  submitblock: (given, node) => node.submit(blockIn(given)),
  generate() {
    throw new RpcError(RPC.methodNotFound, 'This method cannot be used with a block-signature-required chain')
  },
}
