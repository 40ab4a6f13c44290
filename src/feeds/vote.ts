import { assert, u8, u32, u64 } from '../util/index.js'
import { HASH_BYTES, hashBytes } from './hash.js'
import { type Hash, tagged } from './ids.js'
import type {
  CertificateBody,
  CommitBody,
  PrecommitBody,
  SealBody,
  SkipBody,
  SkipCertificateBody,
  Stage,
} from './message.js'

/** What a role key signs inside a vote (protocol section 4), and a certificate therefore proves on its own. */

/** The number of each stage in everything hashed or signed. */
export const STAGE_NUMBERS: Readonly<Record<Stage, number>> = { precommit: 1, commit: 2, seal: 3, skip: 4 }

export interface Vote {
  readonly chainId: Hash
  readonly epoch: number
  readonly stage: Stage
  readonly height: number
  /** Left out of account by a seal, which signs 0 whatever round decided. */
  readonly round: number
  /** Left out of account by a skip, which signs zero bytes. */
  readonly block?: Hash | null
  /** As `block`. */
  readonly xRoot?: Hash | null
  /** Required by a seal, and refused elsewhere. */
  readonly stateRoot?: Hash | null
}

const NOTHING = new Uint8Array(HASH_BYTES)

export const voteBytes = (vote: Vote): Uint8Array => {
  const { stage } = vote
  const state = vote.stateRoot ?? null
  assert((stage === 'seal') === (state !== null), 'a seal and nothing else signs a state root')
  return tagged(
    'bf/vote/v1',
    hashBytes(vote.chainId),
    u32(vote.epoch),
    u8(STAGE_NUMBERS[stage]),
    u64(vote.height),
    u32(stage === 'seal' ? 0 : vote.round),
    stage === 'skip' ? NOTHING : rootBytes(vote.block),
    stage === 'skip' ? NOTHING : rootBytes(vote.xRoot),
    ...(state === null ? [] : [hashBytes(state)]),
  )
}

const rootBytes = (root: Hash | null | undefined): Uint8Array => {
  assert(root !== null && root !== undefined, 'every vote but a skip signs a block and its results')
  return hashBytes(root)
}

type Voting =
  | Pick<CertificateBody, 'type' | 'skip'>
  | Pick<SkipCertificateBody, 'type' | 'skip'>
  | Pick<PrecommitBody, 'type' | 'skip'>
  | Pick<SkipBody, 'type' | 'skip'>
  | Pick<CommitBody, 'type'>
  | Pick<SealBody, 'type'>

/** The stage that a vote belongs to, or that a certificate's signers voted in. */
export const stageOf = (body: Voting): Stage => {
  switch (body.type) {
    case 'precommit':
    case 'precommitted':
      return body.skip ? 'skip' : 'precommit'
    case 'commit':
    case 'committed':
      return 'commit'
    case 'seal':
    case 'sealed':
      return 'seal'
  }
}
