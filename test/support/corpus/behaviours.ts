import type { AuditCode, Grade } from '../../../src/audit/index.js'
import type { Manner } from '../simulation/behaviour.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../simulation/manners/index.js'
import { busy, alone, backlog, roomy, type Scene, steady } from './scenes.js'
import { votesForAnything } from './manners/accomplice.js'
import * as messagenodes from './manners/messagenodes.js'
import * as validators from './manners/votes.js'

/** What an audit must say of a behaviour; null where nothing that anyone can read says who did it. */
export type Expected = readonly [code: AuditCode, grade: Grade] | null

/** One way to break the rules: who does it in which surroundings, and how it must be found. */
export interface Behaviour {
  readonly name: string
  /** The row of protocol section 8 that it is an instance of, by {@link ROWS}. */
  readonly row: Row
  readonly expected: Expected
  /** Traitors by name of the node. */
  readonly traitors: Readonly<Record<string, Manner>>
  readonly scene: Scene
  /** Long networks are left to `npm run corpus`, but for its own test. */
  readonly isLong: boolean
}

/** The rows of protocol section 8, in short. */
export const ROWS = {
  1: 'fork, double vote, commit and skip',
  2: 'precommit of an invalid proposal, wrong results or state, junk in a lane',
  3: 'two proposals, out of turn, cut backwards, over cap, unfair',
  4: 'certificate: root, threshold, signers, signatures, stage',
  5: 'unregistered or wrong-role signer, replayed signature',
  6: 'empty blocks, gap, wrong parent, skipped height, timestamps backwards',
  7: 'stage out of order',
  8: 'a validator is censored',
  9: 'votes filtered, certificates or messages withheld from some',
  10: 'transaction in no cut, late votes, flooding, data gone',
  11: 'missing signature',
  12: 'silence, slowness, eclipse',
} as const

export type Row = keyof typeof ROWS

const of =
  (traitor: string, manners: Readonly<Record<string, Manner>>, scene: Scene = busy) =>
  (row: Row, name: string, expected: Expected): Behaviour => {
    const manner = manners[name]
    if (!manner) throw new RangeError(`no manner ${name}`)
    const traitors = { [traitor]: manner }
    return {
      name: `${name} (${traitor})`,
      row,
      expected,
      traitors,
      scene,
      isLong: scene !== busy && scene !== roomy,
    }
  }

const validator = of('v0', { ...VALIDATOR_MANNERS, ...validators })
const messagenode = of('m0', { ...MESSAGENODE_MANNERS, ...messagenodes })

/** A Messagenode proposes what it may not, and a validator precommits it. */
const together = (manner: string, expected: Expected): Behaviour => ({
  name: `${manner} (m0), voted for (v0)`,
  row: 2,
  expected,
  traitors: { m0: MESSAGENODE_MANNERS[manner] ?? refuse(manner), v0: votesForAnything('m0') },
  scene: busy,
  isLong: false,
})

const refuse = (manner: string): never => {
  throw new RangeError(`no manner ${manner}`)
}

/** The corpus: every row of section 8 by at least one behaviour, every drawn manner of the simulator, and more. */
export const BEHAVIOURS: readonly Behaviour[] = [
  validator(1, 'forkedLane', ['feed-fork', 'proof']),
  validator(1, 'forkedRoleFeed', ['feed-fork', 'proof']),
  messagenode(1, 'forkedRoleFeed', ['feed-fork', 'proof']),
  validator(1, 'doublePrecommit', ['double-precommit', 'proof']),
  validator(1, 'doubleCommit', ['double-commit', 'proof']),
  validator(1, 'doubleSeal', ['double-seal', 'proof']),
  validator(1, 'commitAndSkip', ['commit-and-skip', 'proof']),
  together('wrongBlockId', ['voted-for-invalid', 'proof']),
  together('unfair', ['voted-for-invalid', 'evident']),
  together('overCapacity', ['voted-for-invalid', 'proof']),
  validator(2, 'wrongResults', ['wrong-results', 'proof']),
  validator(2, 'wrongStateRoot', ['wrong-state-root', 'proof']),
  validator(2, 'wrongExceptions', ['wrong-exceptions', 'evident']),
  validator(2, 'junk', ['junk', 'proof']),
  messagenode(2, 'junk', ['junk', 'proof']),
  validator(2, 'overLimit', ['junk', 'proof']),
  validator(2, 'wrongFeed', ['wrong-feed', 'proof']),
  messagenode(2, 'wrongFeed', ['wrong-feed', 'proof']),
  messagenode(3, 'doubleProposal', ['double-proposal', 'proof']),
  messagenode(3, 'outOfTurn', ['out-of-turn', 'proof']),
  messagenode(3, 'cutBackwards', ['invalid-proposal', 'proof']),
  messagenode(3, 'overCapacity', ['invalid-proposal', 'proof']),
  messagenode(3, 'unfair', ['invalid-proposal', 'evident']),
  {
    ...of('m0', MESSAGENODE_MANNERS, roomy)(3, 'unfair', ['invalid-proposal', 'proof']),
    name: 'unfair, with room (m0)',
  },
  messagenode(3, 'wrongCutRoot', ['invalid-proposal', 'proof']),
  messagenode(3, 'wrongTransactionRoot', ['invalid-proposal', 'proof']),
  messagenode(3, 'fittedTransactionRoot', ['invalid-proposal', 'proof']),
  messagenode(3, 'wrongBlockId', ['invalid-proposal', 'proof']),
  messagenode(3, 'staleBase', ['invalid-proposal', 'proof']),
  messagenode(3, 'unjustifiedBase', ['invalid-proposal', 'proof']),
  messagenode(4, 'wrongMerkleRoot', ['bad-certificate', 'proof']),
  messagenode(4, 'belowThreshold', ['bad-certificate', 'proof']),
  messagenode(4, 'duplicateSigner', ['bad-certificate', 'proof']),
  messagenode(4, 'unsortedSigners', ['bad-certificate', 'proof']),
  messagenode(4, 'forgedSigner', ['bad-certificate', 'proof']),
  messagenode(4, 'wrongValue', ['bad-certificate', 'proof']),
  messagenode(4, 'wrongStage', ['bad-certificate', 'proof']),
  messagenode(4, 'twoInOneSlot', ['repeated-certificate', 'evident']),
  messagenode(5, 'unregisteredSigner', ['bad-certificate', 'proof']),
  validator(5, 'wrongRoleKey', ['bad-vote', 'proof']),
  validator(5, 'replayFromNetwork', ['bad-vote', 'proof']),
  validator(5, 'replayFromEpoch', ['bad-vote', 'proof']),
  validator(5, 'replayFromHeight', ['bad-vote', 'proof']),
  validator(5, 'replayFromStage', ['bad-vote', 'proof']),
  messagenode(6, 'wrongEmptyBlock', ['wrong-empty-block', 'proof']),
  messagenode(6, 'wrongSlotParent', ['wrong-empty-block', 'proof']),
  messagenode(6, 'slotGap', ['slot-gap', 'proof']),
  messagenode(6, 'wrongParent', ['invalid-proposal', 'proof']),
  validator(6, 'heightBackwards', ['height-backwards', 'proof']),
  validator(6, 'timestampsBackwards', ['timestamp-backwards', 'proof']),
  validator(7, 'sealOutOfOrder', ['unfounded-vote', 'proof']),
  validator(7, 'commitOutOfOrder', ['unfounded-vote', 'proof']),
  of('v0', validators, steady)(7, 'groundless', ['groundless-votes', 'evident']),
  messagenode(8, 'laggingHave', ['have-behind-seen', 'proof']),
  of('m0', messagenodes, backlog)(8, 'laneExclusion', ['lane-exclusion', 'evident']),
  of('m0', messagenodes, steady)(9, 'voteExclusion', ['vote-exclusion', 'evident']),
  messagenode(9, 'secretive', null),
  validator(9, 'selective', null),
  validator(9, 'withholding', null),
  messagenode(9, 'selective', null),
  messagenode(9, 'withholding', null),
  of('m0', messagenodes, alone)(10, 'censorship', ['censorship', 'evident']),
  of('v0', validators, steady)(10, 'lateVotes', ['late-votes', 'evident']),
  validator(10, 'flooding', ['flooding', 'evident']),
  messagenode(10, 'hoarding', null),
  validator(10, 'hoarding', null),
  validator(11, 'unsealing', null),
  validator(11, 'forgetful', null),
  messagenode(11, 'forgetful', null),
  validator(12, 'silent', null),
  messagenode(12, 'silent', null),
  validator(12, 'oversized', null),
  messagenode(12, 'oversized', null),
]
