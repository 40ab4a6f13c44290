import {
  type AssembledBody,
  blockId,
  type Body,
  certificateRoot,
  type ClassicMessage,
  classicText,
  cutRoot,
  emptyBlock,
  encodeBody,
  messageKeyOfValue,
  type Signature,
  type Stage,
  transactionLeaf,
  txRoot,
  voteBytes,
  xRoot,
} from '../../../src/feeds/index.js'
import {
  generateNodeIdentity,
  parseNetworkFile,
  type Role,
  sign,
  VALIDATOR_ROLES,
} from '../../../src/roles/index.js'
import { utf8 } from '../../../src/util/index.js'
import { seedOf } from '../network.js'
import { readVectors } from '../read-vectors.js'

/**
 * What the worked examples of docs/protocol.md tell: the first block of the network of `test/vectors/network.json`, which
 * has one validator, one Messagenode and one observer, and what the two did wrong besides.
 */

export const { file } = readVectors('network') as { readonly file: unknown }
export const network = parseNetworkFile(file)

/** The seed of a role key is the SHA-256 of this label. */
const labelOf = (role: Role): string =>
  `${VALIDATOR_ROLES.some((each) => each === role) ? 'validator-1' : 'messagenode-1'}/${role}`

export const keyOf = (role: Role) => generateNodeIdentity(seedOf(labelOf(role)))

/** A signed message of a role feed, on top of another one or at the beginning. */
export const say = (role: Role, body: Body, before: ClassicMessage | null = null): ClassicMessage => {
  const sequence = (before?.sequence ?? 0) + 1
  const unsigned = {
    previous: before && messageKeyOfValue(before),
    author: keyOf(role).id,
    sequence,
    timestamp: 1_700_000_000_000 + sequence,
    hash: 'sha256',
    content: encodeBody(body),
  } as const
  const signature = sign(keyOf(role), utf8(JSON.stringify(unsigned, null, 2)))
  return { ...unsigned, signature: `${signature}.sig.ed25519` }
}

export const keyed = messageKeyOfValue

/** What is signed of a message: its text without the last field. */
export const signedText = (value: ClassicMessage): string => {
  const text = classicText(value)
  return `${text.slice(0, text.lastIndexOf(',\n  "signature"'))}\n}`
}

export const transactions = [new Uint8Array([0x00]), new Uint8Array([0xff, 0xee])]
export const lane = say('transaction-validator', { type: 'transaction', transactions })
/** What the validator signed for the same place. */
export const otherLane = say('transaction-validator', {
  type: 'transaction',
  transactions: [new Uint8Array([0x01])],
})

const { chainId } = network
const [slot0, slot1] = [emptyBlock(chainId, 0, null), emptyBlock(chainId, 1, emptyBlock(chainId, 0, null))]
export const slot = say('empty-block-producer', { type: 'block', height: 1, previous: slot0, hash: slot1 })

const laneFeed = lane.author
const advance = { lane: 0, sequence: 1, tip: keyed(lane) }
export const leaves = transactions.map((bytes, index) => transactionLeaf(0, 1, index, bytes))
/** The second transaction fails with this code. */
export const codes = new Uint8Array([0, 1])

const described = (height: number, slotHash: string, parent: string, leaf: readonly Uint8Array[]) => {
  const header = {
    chainId,
    epoch: 0,
    height,
    slot: slotHash as typeof slot1,
    parent: parent as typeof slot1,
    cutRoot: cutRoot([{ feed: laneFeed, sequence: 1, tip: keyed(lane) }]),
    txRoot: txRoot(leaf),
    txCount: leaf.length,
  }
  return { header, block: blockId(header) }
}

export const { header, block } = described(1, slot1, chainId, leaves)
export const value = { block, xRoot: xRoot(codes) }

const proposal = (height: number, changes: Partial<AssembledBody> = {}): AssembledBody => ({
  type: 'assembled',
  height,
  round: 0,
  slot: keyed(slot),
  block,
  parent: header.parent,
  parentCertificate: null,
  cut: [advance],
  cutRoot: header.cutRoot,
  txRoot: header.txRoot,
  txCount: header.txCount,
  have: [1],
  seen: [],
  base: -1,
  justify: { skipped: null, precommitted: null },
  ...changes,
})
export const assembled = say('block-assembler', proposal(1))

const vote = (
  stage: Stage,
  fields: object = {},
): { readonly bytes: Uint8Array; readonly signature: Signature } => {
  const bytes = voteBytes({ chainId, epoch: 0, stage, height: 1, round: 0, ...value, ...fields })
  const role = {
    precommit: 'precommitter',
    commit: 'committer',
    seal: 'sealer',
    skip: 'precommitter',
  } as const
  return { bytes, signature: sign(keyOf(role[stage]), bytes) }
}

const certificate = (
  stage: 'precommit' | 'commit' | 'seal',
  { signature }: { readonly signature: Signature },
) => {
  const role = ({ precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const)[stage]
  const entry = { index: 0, roleKey: keyOf(role).id, signature }
  return { signers: [0], signatures: [signature], root: certificateRoot(stage, [entry]) }
}

const named = { height: 1, round: 0, ...value }
const about = { ...named, skip: false, assembled: keyed(assembled), stateRoot: null } as const

export const precommitBytes = vote('precommit')
export const precommit = say('precommitter', {
  type: 'precommit',
  skip: false,
  ...named,
  assembled: keyed(assembled),
  exceptions: { count: 1, positions: [1] },
  entry: null,
  signature: precommitBytes.signature,
})
export const precommitted = say('precommit-counter', {
  type: 'precommitted',
  ...about,
  ...certificate('precommit', precommitBytes),
})
export const commitVote = vote('commit')
const commitBody = {
  type: 'commit',
  ...named,
  precommitted: keyed(precommitted),
  signature: commitVote.signature,
} as const
export const commit = say('committer', commitBody)
export const committed = say('commit-counter', {
  type: 'committed',
  ...about,
  ...certificate('commit', commitVote),
})

/** A second commit of the round, for other results. */
const otherResults = { ...value, xRoot: xRoot(new Uint8Array([0, 0])) }
export const otherCommit = say(
  'committer',
  { ...commitBody, ...otherResults, signature: vote('commit', otherResults).signature },
  commit,
)

export const sealWith = (stateRoot: typeof block) => {
  const sealVote = vote('seal', { stateRoot })
  const seal = say('sealer', {
    type: 'seal',
    height: 1,
    ...value,
    stateRoot,
    committed: keyed(committed),
    signature: sealVote.signature,
  })
  const sealed = { ...named, assembled: keyed(assembled), stateRoot, ...certificate('seal', sealVote) }
  return { sealVote, seal, sealed }
}

/** The next proposal takes nothing new: its only lane stays where the parent left it. */
const again = described(2, emptyBlock(chainId, 2, slot1), block, [])
export const backwards = say(
  'block-assembler',
  proposal(2, {
    block: again.block,
    parent: block,
    parentCertificate: keyed(committed),
    txRoot: again.header.txRoot,
    txCount: 0,
  }),
  assembled,
)
export const lanesOfBackwards = {
  parent: {
    slot: slot1,
    parent: chainId,
    cut: [{ sequence: 1, tip: keyed(lane) }],
    txRoot: header.txRoot,
    txCount: header.txCount,
  },
  content: [],
}
