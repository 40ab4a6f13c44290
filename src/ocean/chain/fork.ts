import { concat, equalBytes, toHex } from '../../util/index.js'
import {
  blockDigest,
  blockHash,
  type BlockHeader,
  encodeHeader,
  readHeader,
  WireReader,
} from '../codec/index.js'
import { verifyDigest } from '../keys/index.js'
import { formOf, pushesOf } from '../script/index.js'
import { isProven } from './check-block.js'
import { challengeAt } from './genesis.js'
import type { ChainParameters } from './parameters.js'

/**
 * Two headers of one height, each signed as the chain demands: whoever has the chain's configuration can check that, and
 * those who signed both broke their word. In the order of their hashes, so that a fork has one proof.
 */
export type ForkProof = readonly [BlockHeader, BlockHeader]

export interface ProvenFork {
  readonly height: number
  /** Hashes of both blocks. */
  readonly blocks: readonly [string, string]
  /** Public keys whose signatures stand in both, hexadecimal. */
  readonly signers: readonly string[]
}

/** Why two headers prove no fork. */
export type ForkFault = 'fork-of-one-block' | 'fork-heights-differ' | 'fork-unsigned'

export const forkProof = (a: BlockHeader, b: BlockHeader): ForkProof =>
  blockHash(a) < blockHash(b) ? [a, b] : [b, a]

export const checkFork = ([a, b]: ForkProof, parameters: ChainParameters): ProvenFork | ForkFault => {
  const blocks = [blockHash(a), blockHash(b)] as const
  if (blocks[0] === blocks[1]) return 'fork-of-one-block'
  if (a.height !== b.height) return 'fork-heights-differ'
  const challenge = challengeAt(parameters, a.height)
  const isSigned = (header: BlockHeader) => equalBytes(header.challenge, challenge) && isProven(header)
  if (!isSigned(a) || !isSigned(b)) return 'fork-unsigned'
  const others = signersOf(b)
  return { height: a.height, blocks, signers: signersOf(a).filter((key) => others.includes(key)) }
}

/** Keys of the challenge of which the solution holds a signature. */
const signersOf = (header: BlockHeader): readonly string[] => {
  const form = formOf(header.challenge)
  const keys = form.type === 'multisig' ? form.keys : form.type === 'pubkey' ? [form.key] : []
  const signatures = (pushesOf(header.solution) ?? []).filter(({ length }) => length > 0)
  const digest = blockDigest(header)
  return keys.filter((key) => signatures.some((signature) => verifyDigest(signature, digest, key))).map(toHex)
}

export const encodeForkProof = ([a, b]: ForkProof): Uint8Array => concat(encodeHeader(a), encodeHeader(b))

/** @throws CodedError of the codec */
export const decodeForkProof = (bytes: Uint8Array): ForkProof => {
  const reader = new WireReader(bytes)
  const [a, b] = [readHeader(reader), readHeader(reader)]
  reader.end()
  return forkProof(a, b)
}
