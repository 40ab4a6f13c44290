import {
  type Block,
  type BlockHeader,
  encodeBlock,
  transactionId,
  transactionSize,
} from '../../codec/index.js'
import { integer, type Json, type JsonObject } from '../../json/index.js'
import type { ChainState } from '../chain-state.js'
import { asmOf } from './script.js'
import { transactionJson } from './transaction.js'

/** Blocks as JSON. Work is counted as one a block, since nobody works. */

const hexOf = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0')

export const chainWork = (height: number): string => hexOf(height + 1, 64)

const versionJson = ({ version }: BlockHeader): JsonObject => ({
  version: integer(version),
  versionHex: hexOf(version, 8),
})

const placeJson = (chain: ChainState, height: number): JsonObject => {
  const [previous, next] = [chain.entryAt(height - 1), chain.entryAt(height + 1)]
  return {
    ...(previous ? { previousblockhash: previous.hash } : {}),
    ...(next ? { nextblockhash: next.hash } : {}),
  }
}

const restJson = (chain: ChainState, header: BlockHeader): JsonObject => ({
  time: integer(header.time),
  mediantime: integer(chain.medianTimeAt(header.height)),
  nonce: integer(1),
  bits: asmOf(header.challenge),
  difficulty: integer(1),
  chainwork: chainWork(header.height),
  contracthash: header.contractHash,
  attestationhash: header.attestationHash,
  mappinghash: header.mappingHash,
  ...placeJson(chain, header.height),
})

export const headerJson = (chain: ChainState, hash: string, header: BlockHeader): JsonObject => ({
  hash,
  confirmations: integer(chain.height - header.height + 1),
  height: integer(header.height),
  ...versionJson(header),
  merkleroot: header.merkleRoot,
  ...restJson(chain, header),
})

const sizes = (block: Block) => {
  const size = encodeBlock(block).length
  const witness = block.transactions.reduce((sum, transaction) => {
    const { size: whole, strippedSize } = transactionSize(transaction)
    return sum + whole - strippedSize
  }, 0)
  const strippedSize = size - witness
  return {
    strippedsize: integer(strippedSize),
    size: integer(size),
    weight: integer(3 * strippedSize + size),
  }
}

/** @param areWhole whether transactions are shown, and not only their ids */
export const blockJson = (chain: ChainState, hash: string, block: Block, areWhole: boolean): JsonObject => {
  const { header, transactions } = block
  const tx: Json = transactions.map((transaction) =>
    areWhole ? transactionJson(transaction, chain.parameters) : transactionId(transaction),
  )
  return {
    hash,
    confirmations: integer(chain.height - header.height + 1),
    ...sizes(block),
    height: integer(header.height),
    ...versionJson(header),
    merkleroot: header.merkleRoot,
    tx,
    ...restJson(chain, header),
  }
}
