import fc from 'fast-check'
import {
  type Body,
  EVIDENCE_PART_LIMIT,
  EVIDENCE_PARTS_LIMIT,
  feedIdOf,
  hashHex,
  HEIGHT_MAX,
  LISTED_EXCEPTIONS_LIMIT,
  MESSAGENODE_LIMIT,
  messageKeyOf,
  type Signature,
  TRANSACTIONS_PER_MESSAGE_LIMIT,
  U32_MAX,
  VALIDATOR_LIMIT,
} from '../../src/feeds/index.js'
import { toBase64 } from '../../src/util/index.js'

/** Random bodies of every type, over the whole range that a message can carry. */

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const digest = bytes(32).map(hashHex)
const link = bytes(32).map(messageKeyOf)
const feed = bytes(32).map(feedIdOf)
const signature = bytes(64).map((raw) => toBase64(raw) as Signature)
const height = fc.integer({ min: 1, max: HEIGHT_MAX })
const u32 = fc.integer({ min: 0, max: U32_MAX })
const u16 = fc.integer({ min: 0, max: 65_535 })
const maybeLink = fc.option(link)

const ascending = (a: number, b: number): number => a - b

const value = { block: digest, xRoot: digest }

const exceptions = fc
  .uniqueArray(u32, { maxLength: LISTED_EXCEPTIONS_LIMIT })
  .map((positions) => positions.sort(ascending))
  .chain((positions) =>
    fc.record({
      count:
        positions.length < LISTED_EXCEPTIONS_LIMIT
          ? fc.constant(positions.length)
          : fc.integer({ min: LISTED_EXCEPTIONS_LIMIT, max: U32_MAX }),
      positions: fc.constant(positions),
    }),
  )

const quorum = {
  signers: fc.array(u16, { minLength: 1, maxLength: VALIDATOR_LIMIT }),
  signatures: fc.array(signature, { minLength: 1, maxLength: VALIDATOR_LIMIT }),
  root: digest,
}

const certificate = { skip: fc.constant(false as const), height, assembled: link, ...value, ...quorum }

const cut = fc
  .uniqueArray(fc.record({ lane: u16, sequence: u32, tip: link }), {
    selector: ({ lane }) => lane,
    minLength: 1,
    maxLength: VALIDATOR_LIMIT,
  })
  .map((lanes) => lanes.sort((a, b) => a.lane - b.lane))

const seen = fc
  .uniqueArray(fc.record({ messagenode: u16, sequence: u32, key: link }), {
    selector: ({ messagenode }) => messagenode,
    maxLength: MESSAGENODE_LIMIT - 1,
  })
  .map((others) => others.sort((a, b) => a.messagenode - b.messagenode))

const body = <T extends Body['type'], Fields extends object>(
  type: T,
  fields: { [K in keyof Fields]: fc.Arbitrary<Fields[K]> },
) => fc.record(fields).map((rest) => ({ type, ...rest }))

export const arbitraryBody: fc.Arbitrary<Body> = fc.oneof(
  body('identity', {
    owner: feed,
    role: fc.stringMatching(/^[a-z]{1,9}(-[a-z]{1,9}){0,3}$/),
    ownerSignature: signature,
    roleSignature: signature,
  }),
  body('contact', { contact: feed, following: fc.boolean() }),
  fc
    .tuple(
      fc.integer({ min: 1, max: EVIDENCE_PARTS_LIMIT }),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: EVIDENCE_PART_LIMIT }),
      digest,
    )
    .map(([parts, any, bytes, proof]) => ({
      type: 'evidence' as const,
      proof,
      part: any % parts,
      parts,
      bytes,
    })),
  body('transaction', {
    transactions: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), {
      minLength: 1,
      maxLength: TRANSACTIONS_PER_MESSAGE_LIMIT,
    }),
  }),
  body('precommit', {
    skip: fc.constant(false as const),
    height,
    round: u32,
    assembled: link,
    ...value,
    exceptions,
    entry: maybeLink,
    signature,
  }),
  body('precommit', { skip: fc.constant(true as const), height, round: u32, entry: maybeLink, signature }),
  body('commit', { height, round: u32, precommitted: link, ...value, signature }),
  body('seal', { height, committed: link, ...value, stateRoot: digest, signature }),
  body('block', { height, previous: digest, hash: digest }),
  body('assembled', {
    height,
    round: u32,
    slot: link,
    block: digest,
    parent: digest,
    parentCertificate: maybeLink,
    cut,
    cutRoot: digest,
    txRoot: digest,
    txCount: u32,
    have: fc.array(u32, { minLength: 1, maxLength: VALIDATOR_LIMIT }),
    seen,
    base: fc.integer({ min: -1, max: U32_MAX }),
    justify: fc.record({ skipped: maybeLink, precommitted: maybeLink }),
  }),
  body('precommitted', { ...certificate, round: u32, stateRoot: fc.constant(null) }),
  body('committed', { ...certificate, round: u32, stateRoot: fc.constant(null) }),
  body('sealed', { ...certificate, round: fc.constant(0), stateRoot: digest }),
  body('precommitted', {
    skip: fc.constant(true as const),
    height,
    round: u32,
    previous: maybeLink,
    ...quorum,
  }),
)
