import {
  type Block,
  bytesOfHex,
  decodeBlock,
  decodeTransaction,
  type Transaction,
} from '../../codec/index.js'
import { type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { isCoded } from '../../../util/index.js'

/** What callers send in hex, refused in the words of a real node. */
export const decoded = <T>(read: () => T, message: string): T => {
  try {
    return read()
  } catch (error) {
    if (isCoded(error)) throw new RpcError(RPC.deserialization, message)
    throw error
  }
}

/** Bytes after a block are ignored, as a real node does. */
export const blockIn = (given: Parameters): Block => {
  const hex = given.text(0)
  return decoded(() => decodeBlock(bytesOfHex(hex), 'ignored'), 'Block decode failed')
}

export const transactionIn = (given: Parameters): Transaction => {
  const hex = given.text(0)
  return decoded(() => decodeTransaction(bytesOfHex(hex)), 'TX decode failed')
}
