import type {
  AssembledBody,
  CertificateBody,
  Hash,
  MessageKey,
  MessageOf,
  Stage,
  Value,
} from '../../feeds/index.js'
import { voteBytes } from '../../feeds/index.js'
import type { ValidatorRole } from '../../roles/index.js'
import type { Trial } from '../chain.js'
import type { Draft } from '../step.js'
import type { Turn } from '../turn.js'
import { maySign, ownAt, type Unsealed, type ValidatorState } from './state.js'

/** The four votes. Each uses its slot at the moment it is emitted; the sign guard keeps that across restarts. */

/** Positions of failed transactions that a precommit names; only xRoot binds. */
const EXCEPTIONS_NAMED = 64

/**
 * Rule 1. The block becomes durable with the vote: what a quorum precommitted must come again for ever, so that at least
 * f+1 correct disks have to hold it, whatever loses power. Its owner's alone would be one.
 */
export const precommit = <A>(
  state: ValidatorState<A>,
  assembled: MessageOf<AssembledBody>,
  { trial, content }: { readonly trial: Trial<A>; readonly content: readonly MessageKey[] },
  turn: Turn,
): void => {
  const { height, round, entry } = state.round
  const votes = ownAt(state.own, height)
  if (!maySign(state) || votes.precommitted.has(round) || votes.skipped.has(round)) return
  votes.precommitted.add(round)
  const value = { block: assembled.body.block, xRoot: trial.xRoot }
  const failed = [...trial.codes.entries()].filter(([, code]) => code !== 0).map(([position]) => position)
  const exceptions = { count: failed.length, positions: failed.slice(0, EXCEPTIONS_NAMED) }
  const draft = {
    type: 'precommit',
    skip: false,
    height,
    round,
    assembled: assembled.key,
    exceptions,
    entry,
  } as const
  const durable = [...(entry ? [entry] : []), assembled.key, ...content]
  cast(state, 'precommit', { ...draft, ...value }, { ...value, height, round }, durable, turn)
}

/** Rule 3. Commit and skip of one round exclude each other: this is the only lock. */
export const skip = <A>(state: ValidatorState<A>, turn: Turn): void => {
  const { height, round, entry } = state.round
  const votes = ownAt(state.own, height)
  if (!maySign(state) || votes.skipped.has(round) || votes.committed.has(round)) return
  votes.skipped.add(round)
  const draft = { type: 'precommit', skip: true, height, round, entry } as const
  cast(state, 'skip', draft, { height, round }, entry ? [entry] : [], turn)
}

/** Rule 2: on a valid PC(h,r,x), also for a past round, unless this validator has skipped (h,r). */
export const commit = <A>(
  state: ValidatorState<A>,
  certificate: MessageOf<CertificateBody>,
  turn: Turn,
): void => {
  const { height, round, block, xRoot } = certificate.body
  const votes = ownAt(state.own, height)
  if (!maySign(state) || votes.committed.has(round) || votes.skipped.has(round)) return
  votes.committed.add(round)
  const draft = { type: 'commit', height, round, precommitted: certificate.key, block, xRoot } as const
  cast(state, 'commit', draft, { height, round, block, xRoot }, [certificate.key], turn)
}

/** Rule 6: the block is executed; its certificate and content become durable with the seal. */
export const seal = <A>(
  state: ValidatorState<A>,
  certificate: MessageOf<CertificateBody>,
  { stateRoot, assembled, content }: Unsealed,
  turn: Turn,
): void => {
  const { height, block, xRoot } = certificate.body
  const votes = ownAt(state.own, height)
  if (!maySign(state) || votes.sealed) return
  votes.sealed = true
  const draft = { type: 'seal', height, committed: certificate.key, block, xRoot, stateRoot } as const
  const durable = [certificate.key, assembled, ...content]
  cast(state, 'seal', draft, { height, round: 0, block, xRoot, stateRoot }, durable, turn)
}

const ROLE_OF: Record<Stage, ValidatorRole> = {
  precommit: 'precommitter',
  skip: 'precommitter',
  commit: 'committer',
  seal: 'sealer',
}

type Voted = { height: number; round: number } & Partial<Value> & { stateRoot?: Hash }

const cast = <A>(
  { chain }: ValidatorState<A>,
  stage: Stage,
  draft: Draft,
  voted: Voted,
  durable: readonly MessageKey[],
  turn: Turn,
): void => {
  const { chainId } = chain.context.network
  const bytes = voteBytes({ chainId, epoch: chain.registry.epoch.number, stage, ...voted })
  turn.effects.push({ kind: 'publish', role: ROLE_OF[stage], draft, voteBytes: bytes, durable })
}
