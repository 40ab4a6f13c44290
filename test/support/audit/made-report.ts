import {
  type AuditFinding,
  type AuditReport,
  BLOCK_STAGES,
  type TimingFacts,
  VOTE_STAGES,
} from '../../../src/audit/index.js'
import { wilson } from '../../../src/audit/findings/odds.js'
import { HeightBuckets } from '../../../src/audit/statistics/height-buckets.js'
import { Histogram, type Summary } from '../../../src/audit/statistics/index.js'
import { feedIdOf, sha256 } from '../../../src/feeds/index.js'
import { toHex, utf8 } from '../../../src/util/index.js'

export interface Making {
  readonly validators: number
  readonly messagenodes: number
  readonly heights: number
  readonly findings?: readonly AuditFinding[]
  /** Goes in front of every name of a member and of the source. */
  readonly names?: string
}

const CERTIFICATES = ['precommitted', 'committed', 'sealed'] as const
const VOTERS = ['precommitter', 'committer', 'sealer'] as const

/** A report of any size without a network, its numbers made by a formula: for what draws them. */
export const madeReport = (making: Making): AuditReport => {
  const { heights, findings = [], names = '' } = making
  const validators = named(`${names}validator-`, making.validators)
  const messagenodes = named(`${names}messagenode-`, making.messagenodes)
  const hash = toHex(sha256(utf8('made')))
  const measured = heights > 0
  return {
    chainId: hash as AuditReport['chainId'],
    sources: [{ name: `${names}source`, messages: heights * 30 }],
    messages: heights * 30,
    strangers: 0,
    replay: {
      height: heights,
      stateRoot: hash as AuditReport['chainId'],
      end: 'undecided',
      transactions: heights,
      unjudged: 0,
    },
    unchecked: { height: 0, messages: 0 },
    findings,
    clean: findings.length === 0,
    facts: {
      quorum: Math.floor((2 * validators.length) / 3) + 1,
      votes: validators.flatMap((validator, index) =>
        VOTE_STAGES.map((stage) => {
          const missed = index === 1 ? Math.ceil(heights / 5) : 0
          return { validator, stage, given: heights - missed, missed, late: 0, worstLate: 0 }
        }),
      ),
      exclusions: messagenodes.flatMap((messagenode) =>
        validators.flatMap((validator, index) =>
          VOTE_STAGES.map((stage) => {
            const share = { trials: heights, hits: Math.floor((heights * ((index % 4) + 1)) / 10) }
            const rates = {
              rate: measured ? share.hits / heights : 0,
              interval: wilson(share),
              expected: 0.25,
            }
            return {
              messagenode,
              of: 'votes' as const,
              validator,
              stage,
              trials: heights,
              excluded: share.hits,
              ...rates,
              chance: index % 4 === 3 ? 1e-7 : 0.5,
            }
          }),
        ),
      ),
      participation: participationOf(validators.length, heights),
      timing: ['timestamps' as const, 'arrival' as const].map((clock) =>
        timingOf(clock, `${names}source`, validators, messagenodes, heights),
      ),
      assembly: messagenodes.map((messagenode, index) => {
        const turns = Math.floor(heights / messagenodes.length)
        const decided = Math.max(0, turns - index)
        const share = { trials: turns, hits: decided }
        const counts = { turns, expectedTurns: turns, proposed: decided, decided, lost: turns - decided }
        const rates = { rate: turns === 0 ? 0 : decided / turns, interval: wilson(share), expected: 0.9 }
        return { messagenode, ...counts, ...rates, offered: heights, taken: heights }
      }),
      lanes: validators.map((validator) => {
        const share = measured ? 1 / validators.length : 0
        const counts = { offered: heights, cut: heights, transactions: heights }
        return { validator, ...counts, shareOffered: share, shareCut: share, waited: summaryOf(heights, 1) }
      }),
      lag: validators.flatMap((member, index) =>
        VOTERS.map((role) => ({ member, role, ...summaryOf(heights, index % 3) })),
      ),
    },
  }
}

const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)

/** Values that spread around a size, always the same. */
const histogramOf = (count: number, size: number): Histogram => {
  const histogram = new Histogram()
  for (let index = 0; index < count; index++) histogram.add(size * (0.5 + ((index * 7919) % 100) / 60))
  return histogram
}

const summaryOf = (count: number, size: number): Summary => histogramOf(count, size).summary()

const participationOf = (validators: number, heights: number): AuditReport['facts']['participation'] => {
  const buckets = new HeightBuckets<number[]>((into, more) => {
    for (const [index, count] of more.entries()) into[index] = (into[index] ?? 0) + count
  })
  for (let height = 1; height <= heights; height++) {
    buckets.take(
      height,
      Array.from({ length: validators }, (_, index) => (index === 1 && height % 5 === 0 ? 0 : 1)),
    )
  }
  return buckets.all().map(({ first, last, value }) => ({
    firstHeight: first,
    lastHeight: last,
    given: { precommit: value, commit: value, seal: value },
  }))
}

const timingOf = (
  clock: TimingFacts['clock'],
  source: string,
  validators: readonly string[],
  messagenodes: readonly string[],
  heights: number,
): TimingFacts => {
  const buckets = new HeightBuckets<{ lost: number; transactions: number }>((into, more) => {
    into.lost += more.lost
    into.transactions += more.transactions
  })
  for (let height = 1; height <= heights; height++) {
    buckets.take(height, { lost: height % 37 === 0 ? 1 : 0, transactions: height % 11 })
  }
  return {
    clock,
    source: clock === 'arrival' ? source : null,
    stages: BLOCK_STAGES.map((stage, index) => ({
      stage,
      ...histogramOf(heights, 20 + index * 15).distribution(),
    })),
    decision: summaryOf(heights, 150),
    members: [
      ...validators.flatMap((member, index) =>
        (['wait', ...VOTE_STAGES] as const).map((stage) => ({
          member,
          stage,
          ...summaryOf(heights, 30 + index),
        })),
      ),
      ...messagenodes.flatMap((member) =>
        CERTIFICATES.map((stage) => ({ member, stage, ...summaryOf(heights, 25) })),
      ),
    ],
    pipeline: buckets.all().map(({ first, last, value }) => {
      const ms = 20 + ((first * 31) % 50)
      return {
        ...{ firstHeight: first, lastHeight: last, lostRounds: value.lost, transactions: value.transactions },
        meanMs: {
          wait: ms * 3,
          precommits: ms,
          precommitted: 9,
          commits: ms,
          committed: 9,
          seals: ms,
          sealed: 9,
        },
      }
    }),
  }
}

/** A finding of every grade, whose facts hold this text. */
export const madeFindings = (text: string): readonly AuditFinding[] =>
  (['proof', 'evident', 'not-attributable'] as const).map((grade, index) => ({
    code: 'double-commit',
    grade,
    culprits: [{ owner: feedIdOf(sha256(utf8('culprit'))), name: text, role: 'committer' }],
    messages: [],
    height: index + 1,
    expected: 'One commit for each height and round.',
    count: 1,
    facts: { said: text },
    proof: null,
  }))
