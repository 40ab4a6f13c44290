import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/audit/index.js'
import { type Destination, replayTo } from '../../../src/replay/index.js'
import { blocksOf, stored } from '../../support/audit/index.js'
import { SignedScene } from '../../support/evidence/index.js'
import { counterApplication } from '../../support/simulation/counter-application.js'

const scene = new SignedScene()
const { messages, last } = blocksOf(scene, 3)
const [one, two] = [scene.messagenode(0), scene.validator(1)]
/** Messages of one height: content, proposal, three times four votes and three certificates. */
const PER_HEIGHT = 17
/** Its commit certificate is the twelfth. */
const DECIDED = 12

/** The Messagenode received everything; the validator only the first height. */
const sources = () => [
  memorySource('everything', stored(scene, messages), one.id),
  memorySource('the beginning', stored(scene, messages.slice(0, PER_HEIGHT)), two.id),
]

const to = (destination: Destination, more: { as?: string; queries?: string[] } = {}) =>
  replayTo({
    network: scene.network,
    sources: sources(),
    application: counterApplication,
    verify: scene.cast.scheme.verify,
    to: destination,
    ...more,
  })

describe('a replay to a height', () => {
  it('ends with the message that let the node execute it, and shows the state then', async () => {
    const { moments, unreached } = await to({ height: 3 }, { queries: ['executed', 'nothing'] })
    expect(unreached).toMatchObject([{ viewpoint: { name: two.name, source: 'the beginning' }, height: 1 }])
    expect(moments).toHaveLength(1)
    const at = 2 * PER_HEIGHT + DECIDED
    expect(moments[0]).toMatchObject({
      viewpoint: { name: one.name, kind: 'messagenode' },
      received: { messages: at, at: at - 1, key: messages[at - 1]?.key },
      decided: 3,
      sealed: 2,
      state: {
        height: 3,
        block: last.value.block,
        stateRoot: last.stateRoot,
        transactions: 1,
        totalTransactions: 3,
        totalFailed: 0,
        answers: [
          { path: 'executed', answer: 3 },
          { path: 'nothing', answer: null },
        ],
      },
      round: null,
    })
    expect(moments[0]?.lanes.map(({ cut, received }) => [cut.sequence, received])).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
      [1, 1],
    ])
  })

  it('knows whose votes and certificates were in by then, and no later ones', async () => {
    const { moments } = await to({ height: 2 })
    const [height, ...later] = moments[0]?.heights ?? []
    const names = [0, 1, 2, 3].map((index) => scene.validator(index).name)
    expect(later).toEqual([])
    expect(height).toMatchObject({ height: 2, seals: [], sealed: [] })
    expect(height?.rounds).toMatchObject([{ round: 0, precommits: names, commits: names, skips: [] }])
    expect(height?.rounds[0]?.certificates.map(({ type }) => type)).toEqual(['precommitted', 'committed'])
    const sealers = moments[0]?.feeds.filter(({ role }) => role === 'sealer')
    expect(sealers?.map(({ height }) => height)).toEqual([1, 1, 1, 1])
  })

  it('shows genesis at height 0', async () => {
    const { moments } = await to({ height: 0 }, { as: one.name })
    expect(moments[0]).toMatchObject({
      received: { messages: 0, at: null },
      state: { height: 0, round: null },
    })
  })

  it.each<[string, Destination, { as?: string }, string]>([
    ['a height that nobody reached', { height: 4 }, {}, 'height-not-reached'],
    ['a height that this member did not reach', { height: 2 }, { as: two.name }, 'height-not-reached'],
    ['a time before the first message', { time: -1 }, {}, 'time-before-first'],
    ['a member that the network has not', { height: 1 }, { as: 'nobody' }, 'member-unknown'],
    ['a member whose log is not there', { height: 1 }, { as: scene.validator(2).name }, 'viewpoint-missing'],
  ])('refuses %s', async (_name, destination, more, code) => {
    await expect(to(destination, more)).rejects.toMatchObject({ code })
  })
})

describe('a replay to a time', () => {
  it('ends before the first message that came later, and knows the round of a validator', async () => {
    const { moments } = await to({ time: DECIDED - 1 })
    expect(moments.map(({ received, state }) => [received.messages, state.height])).toEqual([
      [DECIDED, 1],
      [DECIDED, 1],
    ])
    expect(moments.map(({ round }) => round)).toEqual([null, { height: 2, round: 0, entry: null }])
    const before = await to({ time: DECIDED - 2 }, { as: two.name })
    expect(before.moments[0]).toMatchObject({ state: { height: 0 }, round: { height: 1, round: 0 } })
  })
})
