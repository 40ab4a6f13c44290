import {
  feedIdBytes,
  hashBytes,
  isFeedId,
  isHash,
  isMessageKey,
  messageKeyBytes,
} from '../../../src/feeds/index.js'
import { concat, fromBase64, fromHex, toHex, u16, u32, u64, u8, utf8 } from '../../../src/util/index.js'
import { readVectors } from '../read-vectors.js'

/** What docs/protocol.md shows being hashed or signed, of which the vectors hold the hash or the signature only. */

interface Roots {
  readonly cuts: readonly { readonly lanes: readonly { feed: string; sequence: number; tip: string }[] }[]
  readonly blocks: readonly { readonly header: Readonly<Record<string, string | number>> }[]
}

interface Certificates {
  readonly electorate: { readonly roleKeys: { readonly precommit: readonly string[] } }
  readonly valid: readonly {
    readonly body: { readonly type: string; readonly signatures: readonly string[] }
  }[]
}

interface Transactions {
  readonly chainId: string
  readonly valid: readonly { readonly bytes: string }[]
}

const key = (id = ''): Uint8Array => (isFeedId(id) ? feedIdBytes(id) : new Uint8Array())
const hash = (text: unknown): Uint8Array => (isHash(text) ? hashBytes(text) : new Uint8Array())
const tip = (id: string): Uint8Array => (isMessageKey(id) ? messageKeyBytes(id) : new Uint8Array())

export const preimages = (): readonly string[] => {
  const { cuts, blocks } = readVectors('roots') as Roots
  const { electorate, valid } = readVectors('certificates') as Certificates
  const ledger = readVectors('ledger-transactions') as Transactions
  const cutLeaves = cuts.flatMap(({ lanes }) =>
    lanes.map((lane) => concat(utf8('bf/cut/v1'), key(lane.feed), u32(lane.sequence), tip(lane.tip))),
  )
  const blockBytes = blocks.map(({ header }) =>
    concat(
      utf8('bf/block/v1'),
      hash(header['chainId']),
      u32(Number(header['epoch'])),
      u64(Number(header['height'])),
      ...['slot', 'parent', 'cutRoot', 'txRoot'].map((name) => hash(header[name])),
      u32(Number(header['txCount'])),
    ),
  )
  const [signature = ''] = valid[0]?.body.signatures ?? []
  const leaf = concat(
    utf8('bf/cert/v1'),
    u8(1),
    u16(0),
    key(electorate.roleKeys.precommit[0]),
    fromBase64(signature),
  )
  const signed = ledger.valid.map(({ bytes }) =>
    concat(utf8('bf/ledger/v1'), fromHex(ledger.chainId), fromHex(bytes).subarray(0, -64)),
  )
  return [...cutLeaves, ...blockBytes, leaf, ...signed].map(toHex)
}
