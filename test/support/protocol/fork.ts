import { type ClassicMessage, encodeBody, type MessageKey } from '../../../src/feeds/index.js'
import { toBase64, utf8 } from '../../../src/util/index.js'
import type { Cast } from '../simulation/members.js'
import { at } from './scene.js'

interface ForkOptions {
  readonly sequence?: number
  readonly previous?: MessageKey
  /** Bytes of the one transaction in each message. */
  readonly size?: number
}

/** Two messages of a lane at one place, as SSB signs them, by the keys of a cast: what proves a fork. */
export const forkOf = (
  cast: Cast,
  lane: number,
  { sequence = 1, previous, size = 10 }: ForkOptions = {},
): readonly [ClassicMessage, ClassicMessage] => {
  const { id, roles } = at(cast.network.genesis.validators, lane)
  const branch = (fill: number): ClassicMessage => {
    const unsigned = {
      previous: previous ?? null,
      author: roles['transaction-validator'],
      sequence,
      timestamp: 1_700_000_000_000,
      hash: 'sha256' as const,
      content: encodeBody({ type: 'transaction', transactions: [new Uint8Array(size).fill(fill)] }),
    }
    const bytes = utf8(JSON.stringify(unsigned, null, 2))
    const signature = cast.keyOf(id, 'transaction-validator').sign(bytes)
    return { ...unsigned, signature: `${toBase64(signature)}.sig.ed25519` }
  }
  return [branch(1), branch(2)]
}
