import { ascii, digest, feed, hex, integer, keyPair, link, sha256, treeHash } from './naive.js'

/** Registry operations and registry roots, byte by byte after docs/protocol.md: two lanes, one of which was forked. */

const key = (label: string): Buffer => keyPair(label).publicKey

/** Main key, then role keys: 4 of a validator, 5 of a Messagenode. */
const memberKeys = (label: string, roles: number): readonly Buffer[] =>
  [label, ...Array.from({ length: roles }, (_, role) => `${label}/${role}`)].map(key)

const ascendingByMainKey = (members: readonly (readonly Buffer[])[]) =>
  [...members].sort(([a], [b]) => Buffer.compare(a ?? hex(''), b ?? hex('')))

const VALIDATORS = ascendingByMainKey(['validator a', 'validator b'].map((label) => memberKeys(label, 4)))
const MESSAGENODES = [memberKeys('messagenode', 5)]
const MEMBERS_HASH = sha256(
  ascii('bf/members/v1'),
  integer(0, 4),
  integer(2, 2),
  ...VALIDATORS.flat(),
  integer(1, 2),
  ...MESSAGENODES.flat(),
)

/** The first role key of a validator is that of its lane. */
const laneOf = (validator: number): Buffer => VALIDATORS[validator]?.[1] ?? hex('')
const FORKED = laneOf(1)
const FORKED_PAIR = ['validator a/0', 'validator b/0'].find((label) => key(label).equals(FORKED)) ?? ''

const message = (text: string) => {
  const draft = {
    previous: null,
    author: feed(FORKED_PAIR),
    sequence: 1,
    timestamp: 1_700_000_000_001,
    hash: 'sha256',
    content: { type: 'post', text },
  }
  const signature = keyPair(FORKED_PAIR).sign(Buffer.from(JSON.stringify(draft, null, 2), 'utf8'))
  const value = { ...draft, signature: `${signature.toString('base64')}.sig.ed25519` }
  const whole = JSON.stringify(value, null, 2)
  return { value, text: Buffer.from(whole, 'utf8'), key: sha256(Buffer.from(whole, 'latin1')) }
}

/** Texts of both, by key ascending, the size of the first in front; and what names them. */
const proofOf = (texts: readonly [string, string]) => {
  const messages = texts.map(message).sort((a, b) => Buffer.compare(a.key, b.key))
  const [first, second] = messages.map(({ text }) => text)
  const bytes = Buffer.concat([integer(first?.length ?? 0, 2), first ?? hex(''), second ?? hex('')])
  return { messages, bytes, hash: sha256(ascii('bf/fork-proof/v1'), bytes) }
}

const PART_BYTES = 4096 - (14 + 1 + 32 + 32 + 32 + 1 + 1)

const operationsOf = ({ bytes, hash }: ReturnType<typeof proofOf>, carrier: Buffer): readonly Buffer[] => {
  const parts = Math.ceil(bytes.length / PART_BYTES)
  return Array.from({ length: parts }, (_, part) =>
    Buffer.concat([
      ascii('bf/registry/v1'),
      integer(1, 1),
      ...[carrier, FORKED, hash],
      integer(part, 1),
      integer(parts, 1),
      bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
    ]),
  )
}

const small = proofOf(['one', 'other'])
const large = proofOf(['Grüße '.repeat(1200), '世界'.repeat(3600)])
const [smallOperation] = operationsOf(small, laneOf(0))
const largeOperations = operationsOf(large, laneOf(0))

const registryRoot = (closed: readonly Buffer[], pending: readonly Buffer[]): Buffer =>
  sha256(
    ascii('bf/registry-root/v1'),
    MEMBERS_HASH,
    treeHash(closed),
    sha256(ascii('bf/pending-proofs/v1'), integer(pending.length, 2), ...pending),
  )

/** What is pending while these parts of the large proof are held, since height 1. */
const pendingEntry = (parts: readonly number[]): Buffer =>
  Buffer.concat([
    ...[laneOf(0), FORKED, large.hash],
    integer(1, 8),
    integer(largeOperations.length, 1),
    integer(parts.length, 1),
    ...parts.flatMap((part) => [
      integer(part, 1),
      sha256(large.bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)),
    ]),
  ])

const TIP = link('tip of the forked lane')
const closedLeaf = (hash: Buffer, height: number): Buffer =>
  Buffer.concat([
    ascii('bf/closed-lane/v1'),
    FORKED,
    integer(70_000, 4),
    Buffer.from(TIP.slice(1, 45), 'base64'),
    hash,
    integer(height, 8),
  ])

interface Step {
  readonly bytes: Buffer | undefined
  readonly lane: number
  readonly code: number
}

const block = (height: number, steps: readonly Step[], root: Buffer) => ({
  height,
  cut: [
    { sequence: 9, tip: link('tip of lane 0') },
    { sequence: 70_000, tip: TIP },
  ],
  transactions: steps.map(({ bytes, lane, code }) => ({ lane, bytes: bytes?.toString('hex') ?? '', code })),
  registryRoot: root.toString('hex'),
})

const part = (index: number, lane = 0, code = 0): Step => ({ bytes: largeOperations[index], lane, code })

/** The parts of the large proof behind the third. */
const LATER = [...largeOperations.keys()].slice(3)

const chains = () => [
  {
    name: 'a proof in one part, and another after it',
    blocks: [
      block(
        4,
        [{ bytes: smallOperation, lane: 0, code: 0 }, part(0, 0, 244)],
        registryRoot([closedLeaf(small.hash, 4)], []),
      ),
    ],
  },
  {
    name: 'a proof in parts over three blocks',
    blocks: [
      block(
        1,
        [part(2), part(2, 0, 245), part(0, 1, 242), part(0)],
        registryRoot([], [pendingEntry([0, 2])]),
      ),
      block(
        2,
        LATER.map((index) => part(index)),
        registryRoot([], [pendingEntry([0, 2, ...LATER])]),
      ),
      block(3, [part(1)], registryRoot([closedLeaf(large.hash, 3)], [])),
    ],
  },
]

const proofCase = (
  name: string,
  proof: ReturnType<typeof proofOf>,
  operations: readonly (Buffer | undefined)[],
) => ({
  name,
  messages: proof.messages.map(({ value }) => value),
  hash: proof.hash.toString('hex'),
  operations: operations.map((bytes) => bytes?.toString('hex') ?? ''),
})

const application = digest('root of an application')

export const registry = () => ({
  note: 'Codes: 0 kept or closed, 242 wrong-carrier, 244 lane-closed, 245 duplicate-part.',
  validators: VALIDATORS.map((keys) => keys.map((bytes) => bytes.toString('hex'))),
  messagenodes: MESSAGENODES.map((keys) => keys.map((bytes) => bytes.toString('hex'))),
  membersHash: MEMBERS_HASH.toString('hex'),
  genesisRoot: registryRoot([], []).toString('hex'),
  carrier: `@${laneOf(0).toString('base64')}.ed25519`,
  proofs: [
    proofCase('two short messages', small, [smallOperation]),
    proofCase('two long ones, outside ASCII', large, largeOperations),
  ],
  chains: chains(),
  stateRoots: [
    {
      application,
      registry: registryRoot([], []).toString('hex'),
      stateRoot: sha256(ascii('bf/state/v1'), hex(application), registryRoot([], [])).toString('hex'),
    },
  ],
})
