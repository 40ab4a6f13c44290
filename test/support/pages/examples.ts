import {
  type ClassicMessage,
  classicText,
  hashHex,
  merkleRoot,
  messageKeyBytes,
  resultLeaf,
  sha256,
} from '../../../src/feeds/index.js'
import {
  type EvidenceCode,
  lawOf,
  makeEvidence,
  provePosition,
  stateRootOf,
} from '../../../src/protocol/index.js'
import { genesisRegistry } from '../../../src/protocol/registry/index.js'
import { verifyBytes } from '../../../src/roles/index.js'
import { assert, toHex, utf8 } from '../../../src/util/index.js'
import * as story from './story.js'

/** The worked examples of docs/protocol.md, by name: each is computed by the code, and stands in the page to the byte. */

const rows = (fields: Readonly<Record<string, string | number>>): string => {
  const width = Math.max(...Object.keys(fields).map(({ length }) => length)) + 2
  return Object.entries(fields)
    .map(([name, text]) => `${name.padEnd(width)}${text}`)
    .join('\n')
}

const application = hashHex(sha256(utf8('an application root')))
const registry = genesisRegistry(story.network).root
const stateRoot = stateRootOf({ application, registry })
const { sealVote, sealed } = story.sealWith(stateRoot)

const message = (value: ClassicMessage): string =>
  [classicText(value), rows({ key: story.keyed(value), size: classicText(value).length })].join('\n')

const merkle = (): string =>
  [0, 1, 2, 3, 5]
    .map((count) => {
      const leaves = Array.from({ length: count }, (_, place) => new Uint8Array([place]))
      return `${count}  ${toHex(merkleRoot(leaves))}`
    })
    .join('\n')

const header = (): string => {
  const { slot, parent, cutRoot, txRoot, txCount } = story.header
  return rows({
    'chain id': story.network.chainId,
    'E(1)': slot,
    parent,
    'lane tip': toHex(messageKeyBytes(story.keyed(story.lane))),
    cutRoot,
    'tx leaf 0': toHex(story.leaves[0] ?? new Uint8Array()),
    'tx leaf 1': toHex(story.leaves[1] ?? new Uint8Array()),
    txRoot,
    txCount,
    'block id': story.block,
    'result leaf 0': toHex(resultLeaf(0, 0)),
    'result leaf 1': toHex(resultLeaf(1, 1)),
    xRoot: story.value.xRoot,
  })
}

const votes = (): string =>
  Object.entries({ precommit: story.precommitBytes, commit: story.commitVote, seal: sealVote })
    .map(([stage, { bytes, signature }]) => `${stage}\n${toHex(bytes)}\n${signature}`)
    .join('\n')

const transactionProof = (): object => {
  const { lane, chainId, code } = { lane: 0, chainId: story.network.chainId, code: 1 }
  const records = story.transactions.map((bytes, index) => ({
    lane,
    sequence: 1,
    index,
    hash: hashHex(sha256(bytes)),
    code: story.codes[index] ?? 0,
  }))
  const { height, epoch, slot, parent, cutRoot, txRoot, txCount } = story.header
  const { assembled, signers, signatures, root } = sealed
  const { block, xRoot } = story.value
  return {
    type: 'transaction-proof',
    version: 1,
    chainId,
    transaction: 'ffee',
    place: { lane, sequence: 1, index: 1 },
    position: 1,
    code,
    ...provePosition(records, 1),
    header: { height, epoch, block, slot, parent, cutRoot, txRoot, txCount, xRoot },
    sealed: {
      stage: 'sealed',
      height,
      round: 0,
      assembled,
      block,
      xRoot,
      stateRoot,
      signers,
      signatures,
      root,
    },
  }
}

const misbehaviour = (
  code: EvidenceCode,
  messages: readonly ClassicMessage[],
  lanes?: Parameters<typeof makeEvidence>[3],
): object => {
  const made = makeEvidence(lawOf(story.network, verifyBytes), code, messages, lanes)
  assert(made.verdict === 'accept', `${code} is proved`)
  return made.proof
}

/** Proofs in files of `test/vectors/proofs`, by name. */
export const PROOFS: Readonly<Record<string, object>> = {
  'transaction-proof': transactionProof(),
  'feed-fork': misbehaviour('feed-fork', [story.lane, story.otherLane]),
  'double-commit': misbehaviour('double-commit', [story.commit, story.otherCommit]),
  'cut-backwards': misbehaviour('invalid-proposal', [story.backwards], story.lanesOfBackwards),
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

export const EXAMPLES: Readonly<Record<string, string>> = {
  merkle: merkle(),
  keys: rows({
    'transaction-validator': story.keyOf('transaction-validator').id,
    precommitter: story.keyOf('precommitter').id,
    committer: story.keyOf('committer').id,
    sealer: story.keyOf('sealer').id,
    'block-assembler': story.keyOf('block-assembler').id,
  }),
  'lane-message': message(story.lane),
  'signed-text': toHex(utf8(story.signedText(story.lane))),
  block: header(),
  assembled: message(story.assembled),
  votes: votes(),
  certificate: message(story.committed),
  state: rows({ application, registry, stateRoot }),
  'transaction-proof': json(PROOFS['transaction-proof']),
  'feed-fork': json(PROOFS['feed-fork']),
  'double-commit': json(PROOFS['double-commit']),
  'cut-backwards': json(PROOFS['cut-backwards']),
}
