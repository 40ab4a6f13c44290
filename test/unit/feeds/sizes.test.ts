import { describe, expect, it } from 'vitest'
import {
  type Body,
  encodeBody,
  feedIdOf,
  hashHex,
  HEIGHT_MAX,
  MESSAGE_SIZE_LIMIT,
  MESSAGENODE_LIMIT,
  messageKeyOf,
  parseMessage,
  sha256,
  type Signature,
  U32_MAX,
  VALIDATOR_LIMIT,
} from '../../../src/feeds/index.js'
import { toBase64, utf8 } from '../../../src/util/index.js'

/** The largest network that the protocol allows (section 1) must fit SSB's messages with the largest numbers. */

const bytes = sha256(utf8('any'))
const digest = hashHex(bytes)
const link = messageKeyOf(bytes)
const signature = toBase64(new Uint8Array(64).fill(255)) as Signature
const members = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** Counters publish exactly a quorum at this size: the signatures of all hundred would not fit. */
const QUORUM = Math.floor((2 * VALIDATOR_LIMIT) / 3) + 1
const quorum = {
  signers: members(QUORUM).map((index) => index + VALIDATOR_LIMIT - QUORUM),
  signatures: members(QUORUM).map(() => signature),
  root: digest,
}

const bodies: Body[] = [
  {
    type: 'assembled',
    height: HEIGHT_MAX,
    round: U32_MAX,
    slot: link,
    block: digest,
    parent: digest,
    parentCertificate: link,
    cut: members(VALIDATOR_LIMIT).map((lane) => ({ lane, sequence: U32_MAX, tip: link })),
    cutRoot: digest,
    txRoot: digest,
    txCount: U32_MAX,
    have: members(VALIDATOR_LIMIT).map(() => U32_MAX),
    seen: members(MESSAGENODE_LIMIT - 1).map((messagenode) => ({
      messagenode,
      sequence: U32_MAX,
      key: link,
    })),
    base: U32_MAX,
    justify: { skipped: link, precommitted: link },
  },
  {
    type: 'sealed',
    skip: false,
    height: HEIGHT_MAX,
    round: 0,
    assembled: link,
    block: digest,
    xRoot: digest,
    stateRoot: digest,
    ...quorum,
  },
  {
    type: 'precommitted',
    skip: false,
    height: HEIGHT_MAX,
    round: U32_MAX,
    assembled: link,
    block: digest,
    xRoot: digest,
    stateRoot: null,
    ...quorum,
  },
  { type: 'precommitted', skip: true, height: HEIGHT_MAX, round: U32_MAX, previous: link, ...quorum },
  {
    type: 'precommit',
    skip: false,
    height: HEIGHT_MAX,
    round: U32_MAX,
    assembled: link,
    block: digest,
    xRoot: digest,
    exceptions: { count: U32_MAX, positions: members(64).map((place) => U32_MAX - 64 + place) },
    entry: link,
    signature,
  },
]

const messageOf = (body: Body) =>
  parseMessage(link, {
    previous: link,
    author: feedIdOf(bytes),
    sequence: U32_MAX,
    timestamp: 9_999_999_999_999.123,
    hash: 'sha256',
    content: encodeBody(body),
    signature: `${signature}.sig.ed25519`,
  })

describe('the largest network', () => {
  it.each(bodies.map((body) => [body.type, body] as const))('fits its %s message into SSB', (_type, body) => {
    const message = messageOf(body)
    expect(message.body).toEqual(body)
    expect(message.size).toBeLessThan(MESSAGE_SIZE_LIMIT)
  })
})
