import { beforeAll, describe, expect, it } from 'vitest'
import { audit, type AuditReport, memorySource, type TimingFacts } from '../../../../src/audit/index.js'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import { SignedScene } from '../../../support/evidence/index.js'
import {
  assembled,
  commitVote,
  committed,
  precommitted,
  precommitVote,
  sealed,
  sealVote,
} from '../../../support/protocol/index.js'
import { counterApplication } from '../../../support/simulation/counter-application.js'

type Arrival = readonly [message: FeedMessage, receivedAt: number]

/**
 * Two heights of four validators and two Messagenodes, by the clock of one source. Of the second height the proposal of
 * round 0 is missing, validator 3 says nothing, and there is no seal.
 */
const story = (scene: SignedScene): readonly Arrival[] => {
  const [lane0, lane1] = [scene.lane(0), scene.lane(1)]
  const one = scene.block(scene.genesis, lane0, lane1)
  const proposal = assembled(scene, one, { have: [1, 1, 0, 0] })
  const votes = [0, 1, 2, 3].map((index) => precommitVote(scene, index, one, { links: proposal.key }))
  const pc = precommitted(scene, one, { links: proposal.key })
  const commits = [0, 1, 2, 3].map((index) => commitVote(scene, index, one, { links: pc.key }))
  const cc = committed(scene, one, { links: proposal.key })
  const seals = [0, 1, 2, 3].map((index) => sealVote(scene, index, one, { links: cc.key }))
  const sc = sealed(scene, one, { links: proposal.key })
  const lane2 = scene.lane(2)
  const two = scene.block(one, lane2)
  const again = assembled(scene, two, { round: 1, have: [1, 1, 1, 0] })
  const others = [0, 1, 2].map((index) => precommitVote(scene, index, two, { round: 1, links: again.key }))
  const ccTwo = committed(scene, two, { round: 1, links: again.key, by: 1 })
  const at = (messages: readonly FeedMessage[], ...times: readonly number[]): readonly Arrival[] =>
    messages.map((message, index) => [message, times[index] ?? NaN])
  return [
    ...at([lane0, lane1, proposal], 1000, 1010, 1030),
    ...at(votes, 1035, 1040, 1050, 1061),
    ...at([pc], 1062),
    ...at(commits, 1063, 1064, 1065, 1066),
    ...at([cc], 1080),
    // The certificate comes before the vote that makes the quorum of what arrived here.
    ...at(seals.slice(0, 2), 1081, 1082),
    ...at([sc], 1090),
    ...at(seals.slice(2), 1095, 1096),
    ...at([lane2, again], 1100, 1160),
    ...at(others, 1170, 1180, 1190),
    ...at([ccTwo], 1200),
  ]
}

describe('facts of two heights', () => {
  const scene = new SignedScene({ messagenodes: 2 })
  const name = (index: number): string => scene.validator(index).name
  let report: AuditReport
  let arrival: TimingFacts

  beforeAll(async () => {
    const stored = story(scene).map(([message, receivedAt]) => {
      return { key: message.key, value: scene.classic(message), receivedAt }
    })
    report = await audit({
      network: scene.network,
      sources: [memorySource('one', stored)],
      application: counterApplication,
      verify: scene.cast.scheme.verify,
    })
    const found = report.facts.timing.find(({ clock }) => clock === 'arrival')
    if (!found) throw new Error('a source has a clock')
    arrival = found
  })

  it('were executed', () => {
    expect(report.replay).toMatchObject({ height: 2, transactions: 3 })
  })

  it('time of each stage, by arrival', () => {
    const told = arrival.stages.map(({ stage, count, negative, max }) => [stage, count, negative, max])
    expect(told).toEqual([
      ['wait', 2, 0, 60],
      ['precommits', 2, 0, 30],
      ['precommitted', 1, 0, 12],
      ['commits', 1, 0, 3],
      ['committed', 1, 0, 15],
      ['seals', 1, 0, 15],
      ['sealed', 0, 1, null],
    ])
    expect(arrival.decision).toMatchObject({ count: 2, p50: 40, max: 50 })
  })

  it('time of each member’s answers', () => {
    const of = (member: string, stage: string) =>
      arrival.members.find((each) => each.member === member && each.stage === stage)
    expect(of(name(3), 'precommit')).toMatchObject({ count: 1, p50: 31, max: 31 })
    expect(of(name(0), 'precommit')).toMatchObject({ count: 2, p50: 5, max: 10 })
    expect(of(name(2), 'seal')).toMatchObject({ count: 1, max: 15 })
    expect(of(name(1), 'wait')).toMatchObject({ count: 1, max: 20 })
    expect(of(scene.messagenode(0).name, 'precommitted')).toMatchObject({ count: 1, max: 12 })
    expect(of(scene.messagenode(0).name, 'sealed')).toMatchObject({ count: 0, negative: 1 })
    expect(of(scene.messagenode(1).name, 'committed')).toMatchObject({ count: 0, negative: 0 })
  })

  it('each block in the pipeline, with the rounds that it lost', () => {
    expect(arrival.pipeline).toMatchObject([
      { firstHeight: 1, lastHeight: 1, lostRounds: 0, meanMs: { wait: 30, precommits: 20, committed: 15 } },
      { firstHeight: 2, lastHeight: 2, lostRounds: 1, meanMs: { wait: 60, precommits: 30, committed: null } },
    ])
  })

  it('authors’ timestamps are another clock', () => {
    const [written] = report.facts.timing
    expect(written).toMatchObject({ clock: 'timestamps', source: null })
    expect(written?.stages[0]).toMatchObject({ stage: 'wait', count: 2 })
  })

  it('who voted at which height', () => {
    expect(report.facts.participation.map(({ given }) => given)).toEqual([
      { precommit: [1, 1, 1, 1], commit: [1, 1, 1, 1], seal: [1, 1, 1, 1] },
      { precommit: [1, 1, 1, 0], commit: [0, 0, 0, 0], seal: [0, 0, 0, 0] },
    ])
  })

  it('turns of each assembler: round 0 of height 2 was lost by the first', () => {
    const told = report.facts.assembly.map((each) => [each.turns, each.proposed, each.decided, each.lost])
    expect(told).toEqual([
      [1, 0, 0, 1],
      [2, 2, 2, 0],
    ])
    expect(
      report.facts.assembly.map(({ expectedTurns, taken, offered }) => [expectedTurns, taken, offered]),
    ).toEqual([
      [1.5, 0, 0],
      [1.5, 3, 3],
    ])
  })

  it('what lanes offered and blocks took', () => {
    expect(report.facts.lanes.map(({ offered, cut, shareCut }) => [offered, cut, shareCut])).toEqual([
      [1, 1, 1 / 3],
      [1, 1, 1 / 3],
      [1, 1, 1 / 3],
      [0, 0, 0],
    ])
  })

  it('how far votes were behind', () => {
    const seals = report.facts.lag.filter(({ role }) => role === 'sealer')
    expect(seals.map(({ count, max }) => [count, max])).toEqual([1, 1, 1, 1].map((count) => [count, 0]))
  })
})
