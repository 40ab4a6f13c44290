import { integer } from '../json/index.js'
import type { Caller } from './caller.js'
import {
  list,
  maybe,
  nothing,
  orNull,
  record,
  satoshis,
  type Shaped,
  table,
  text,
  whole,
  yesOrNo,
} from './shapes.js'

/** Blocks, signing and the state of the chain. */

export const blockHeader = record({
  hash: text,
  confirmations: whole,
  height: whole,
  version: whole,
  merkleroot: text,
  time: whole,
  mediantime: whole,
  contracthash: text,
  attestationhash: text,
  mappinghash: text,
  previousblockhash: maybe(text),
  nextblockhash: maybe(text),
})
export type BlockHeaderAnswer = Shaped<typeof blockHeader>

const block = record({ hash: text, height: whole, size: whole, time: whole, tx: list(text) })
export type BlockAnswer = Shaped<typeof block>

const combined = record({ hex: text, complete: yesOrNo })

const chainInfo = record({
  chain: text,
  blocks: whole,
  headers: whole,
  bestblockhash: text,
  mediantime: whole,
})

const assetInfo = record({
  asset: text,
  spendabletxouts: whole,
  amountspendable: satoshis,
  frozentxouts: whole,
  amountfrozen: satoshis,
  /** The text `null` where it is unknown, and nothing where it is not recorded. */
  entropy: maybe(text),
  token: maybe(text),
})
export type AssetInfo = Shaped<typeof assetInfo>

const output = record({
  bestblock: text,
  confirmations: whole,
  value: satoshis,
  asset: text,
  scriptPubKey: record({ hex: text, type: text, addresses: maybe(list(text)) }),
  coinbase: yesOrNo,
})
export type OutputAnswer = Shaped<typeof output>

export const chainCalls = ({ call }: Caller) => ({
  getBlockCount: async () => whole(await call('getblockcount')),
  getBestBlockHash: async () => text(await call('getbestblockhash')),
  getBlockHash: async (height: number) => text(await call('getblockhash', integer(height))),
  getBlockHeader: async (hash: string) => blockHeader(await call('getblockheader', hash)),
  getBlockHeaderHex: async (hash: string) => text(await call('getblockheader', hash, false)),
  getBlock: async (hash: string) => block(await call('getblock', hash)),
  getBlockHex: async (hash: string) => text(await call('getblock', hash, false)),
  getBlockchainInfo: async () => chainInfo(await call('getblockchaininfo')),
  /** Nothing but a text: sign and combine it as it is. */
  getNewBlockHex: async (requiredAge = 0) => text(await call('getnewblockhex', integer(requiredAge))),
  signBlock: async (blockHex: string) => text(await call('signblock', blockHex)),
  combineBlockSignatures: async (blockHex: string, signatures: readonly string[]) =>
    combined(await call('combineblocksigs', blockHex, signatures)),
  testProposedBlock: async (blockHex: string) => nothing(await call('testproposedblock', blockHex)),
  /** Null if it was taken, else the reason why not. */
  submitBlock: async (blockHex: string) => orNull(text)(await call('submitblock', blockHex)),
  getTxOut: async (txid: string, index: number) =>
    orNull(output)(await call('gettxout', txid, integer(index))),
  getUtxoAssetInfo: async () => list(assetInfo)(await call('getutxoassetinfo')),
  dumpAssetLabels: async () => table(text)(await call('dumpassetlabels')),
  getContract: async () => record({ contract: text })(await call('getcontract')),
  getContractHash: async (height?: number) =>
    text(await (height === undefined ? call('getcontracthash') : call('getcontracthash', integer(height)))),
  getMappingHash: async (height?: number) =>
    text(await (height === undefined ? call('getmappinghash') : call('getmappinghash', integer(height)))),
})
