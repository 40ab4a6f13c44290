import { EVIDENCE_CODES, type EvidenceCode } from '../../protocol/index.js'
import type { Grade } from './finding.js'

/** What an audit finds besides what two messages prove; each sentence completes "This member ...". */
export const AUDIT_CODES = {
  'repeated-certificate': 'published more than one certificate of one stage, height and round',
  'wrong-exceptions': 'lists other failed transactions than the block has',
  'vote-exclusion': "leaves out a validator's votes far more often than other Messagenodes do",
  'lane-exclusion': 'takes nothing from a lane far more often than other Messagenodes do',
  'groundless-votes': 'links messages in its votes that nobody holds',
  'late-votes': 'signs most of its votes long after the height was decided',
  flooding: 'published more messages for one height than any rule asks for',
  censorship: 'left a transaction out of every cut',
  'conflicting-decisions': 'decided two values at one height',
  'diverged-execution': 'certified other results than the block has',
  'diverged-state': 'sealed another state than the block leaves',
} as const satisfies Record<string, string>

export type AuditCode = EvidenceCode | keyof typeof AUDIT_CODES

/** "This member ...", for every code of an audit. */
export const describeFinding = (code: AuditCode): string => ({ ...EVIDENCE_CODES, ...AUDIT_CODES })[code]

/** What the rules ask for instead: one sentence each. */
export const EXPECTED: Readonly<Record<AuditCode, string>> = {
  'feed-fork': 'One message at each place of a feed, and each on top of the one before.',
  'double-precommit': 'One precommit for each height and round.',
  'double-commit': 'One commit for each height and round.',
  'double-seal': 'One seal for each height.',
  'commit-and-skip': 'A commit or a skip of a round, never both.',
  'double-proposal': 'One proposal for each height and round.',
  'wrong-results': 'The results that a quorum computed for the block.',
  'wrong-state-root': 'The state that a quorum computed after the block.',
  'conflicting-certificates': 'A signature for one of two values that exclude each other.',
  'height-backwards': 'Votes at heights that never fall.',
  'timestamp-backwards': 'Timestamps that rise from message to message.',
  'sequence-gap': 'Sequence numbers that rise by one.',
  'slot-gap': 'Empty blocks from height 1 on, without a gap.',
  'wrong-empty-block': 'The empty block E(h), a function of chain and height.',
  'out-of-turn': 'Proposals of the Messagenode (h + r) mod m only.',
  'have-behind-seen': 'A `have` that is nowhere below that of a proposal named in `seen`.',
  'bad-certificate':
    'At least q signers in ascending order, all good signatures, under the right Merkle root.',
  'bad-vote': 'A signature of the role key over the vote bytes of this chain.',
  junk: 'Messages of the protocol only.',
  'wrong-feed': 'Messages of a role in the feed of that role.',
  'invalid-proposal': 'A proposal that rule 1 of the protocol accepts, recomputed from the feeds.',
  'voted-for-invalid': 'Precommits of valid proposals only.',
  'unfounded-vote': 'A link to the message that founds the vote.',
  'repeated-certificate': 'At most one certificate for each stage, height and round.',
  'wrong-exceptions': 'The number of failed transactions and the first 64 of their positions.',
  'vote-exclusion': 'Votes left out about as often as by other Messagenodes.',
  'lane-exclusion': 'Lanes left out about as often as by other Messagenodes.',
  'groundless-votes': 'Votes that link what founds them, and what others hold too.',
  'late-votes': 'Votes at the height being decided.',
  flooding: 'A few messages for each height and round.',
  censorship: 'Every transaction in a cut within (f_m + 1) k heights that had room.',
  'conflicting-decisions': 'One value decided at each height.',
  'diverged-execution': 'Results that follow from the block.',
  'diverged-state': 'A state that follows from the block.',
}

/** Whether a finding of this grade counts for the exit code: what nobody is to blame for does not. */
export const isMisconduct = (grade: Grade): boolean => grade !== 'not-attributable'
