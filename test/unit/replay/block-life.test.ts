import { describe, expect, it } from 'vitest'
import { blockLife, type BlockLife, type Said } from '../../../src/replay/index.js'
import { sourceOf, worldOf } from '../../support/audit/index.js'
import type { Manner } from '../../support/simulation/behaviour.js'
import { busyScenario, SMALL } from '../../support/simulation/busy-scenario.js'
import { counterApplication } from '../../support/simulation/counter-application.js'
import { type Fault, treasonOf } from '../../support/simulation/faults/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../../support/simulation/manners/index.js'
import type { World } from '../../support/simulation/world.js'

/** Links slower than the timers allow for: rounds are left before they can succeed. */
const slowWorld = (seed: number, faults: readonly Fault[]): World => {
  const busy = busyScenario(SMALL, seed, faults)
  return worldOf({
    ...busy,
    workload: { ...busy.workload, messages: 12, untilMs: 500 },
    profile: { ...busy.profile, link: { leastMs: 2, meanMs: 15, lossProbability: 0.05, lossMs: 150 } },
    parameters: { ...busy.parameters, roundTimeout: { minMs: 20, maxMs: 60, initialMs: 20 } },
    faultsUntilMs: 500,
  })
}

const lifeOf = ({ cast, nodes }: World, height: number, names: readonly string[], as?: string) =>
  blockLife({
    network: cast.network,
    sources: nodes.filter(({ name }) => names.includes(name)).map(sourceOf),
    application: counterApplication,
    verify: cast.scheme.verify,
    height,
    as,
  })

const saidIn = ({ events }: BlockLife): readonly Said[] => events.filter((event) => event.event === 'said')
const wordsOf = (life: BlockLife, kind: Said['kind']): readonly string[] =>
  saidIn(life)
    .filter((said) => said.kind === kind)
    .flatMap(({ grounds }) => grounds.map(({ rule, words }) => `${String(rule)}: ${words}`))

describe('the life of a block of an honest network whose rounds changed', () => {
  const world = slowWorld(4, [])

  it('names for every message the rule that allowed it', async () => {
    const life = await lifeOf(world, 1, ['m0', 'v0', 'v1'])
    expect(life).toMatchObject({ height: 1, quorum: 3, validators: 4, outcome: 'sealed', charges: [] })
    const decided = saidIn(life).find(({ kind }) => kind === 'committed')
    expect(life.block).toMatchObject({ round: decided?.round })
    expect(saidIn(life).filter(({ allowed }) => allowed !== true)).toEqual([])
    expect(saidIn(life).filter(({ kind, grounds }) => kind !== 'content' && grounds.length === 0)).toEqual([])
    expect(wordsOf(life, 'proposal').join('\n')).toContain('1: a free choice; parent, cut')
    expect(wordsOf(life, 'proposal').join('\n')).toMatch(/1: the block precommitted in round 0 \(%.{7}\)/)
    expect(wordsOf(life, 'precommit').join('\n')).toMatch(/4: entered round 1 (by|after) .*\(%.{7}\)/)
    expect(wordsOf(life, 'commit').join('\n')).toMatch(
      /2: precommitted in round \d \(%.{7}\), which it has not/,
    )
    expect(wordsOf(life, 'seal').every((words) => /^6: decided by %.{7} and executed/.test(words))).toBe(true)
    expect(wordsOf(life, 'committed')[0]).toMatch(/3 of 4 signed, 3 needed: /)
  })

  it('tells of a skip what its author could have decided, where its own log is there', async () => {
    const life = await lifeOf(world, 1, ['v0', 'm0'])
    const skips = saidIn(life).filter(({ kind }) => kind === 'skip')
    const own = life.viewpoints[0]?.name
    const worded = (isOwn: boolean) =>
      skips
        .filter(({ member }) => (member === own) === isOwn)
        .flatMap(({ grounds }) => grounds.filter(({ rule }) => rule === 3).map(({ words }) => words))
    expect(worded(true).length).toBeGreaterThan(0)
    expect(worded(true).every((words) => words.includes('work pending, '))).toBe(true)
    expect(worded(false).every((words) => words.includes('shows in its own log only'))).toBe(true)
  })

  it('keeps the order of the first viewpoint, and what its core did behind what let it', async () => {
    const life = await lifeOf(world, 2, ['v0', 'm0'])
    const orders = saidIn(life).flatMap(({ seen }) => seen.filter(({ viewpoint }) => viewpoint === 0))
    expect(orders.map(({ order }) => order)).toEqual(orders.map(({ order }) => order).sort((a, b) => a - b))
    for (const [index, event] of life.events.entries()) {
      if (event.event === 'said' || event.viewpoint !== 0 || event.kind === 'entered') continue
      const before = life.events[index - 1]
      expect(before?.event === 'said' ? before.key : before?.cause).toBe(event.cause)
    }
    const done = life.events.filter((event) => event.event === 'done' && event.viewpoint === 0)
    expect(done.map(({ kind }) => kind).slice(-3)).toEqual(['decided', 'executed', 'sealed'])
  })

  it('looks through the eyes of one member, with the reasons of all sources', async () => {
    const [m0] = world.nodes.filter(({ name }) => name === 'm0')
    const life = await lifeOf(world, 1, ['v0', 'm0'], m0?.member.name)
    expect(life.viewpoints.map(({ source }) => source)).toEqual(['m0'])
    expect(wordsOf(life, 'skip').join()).toContain('shows in its own log only')
  })

  it('refuses a height of which nothing is there', async () => {
    await expect(lifeOf(world, 10_000, ['m0'])).rejects.toMatchObject({ code: 'height-not-reached' })
  })
})

describe('the life of a block at whose height somebody broke a rule', () => {
  /** The first height at which such a charge is found. */
  const charged = async (traitor: string, manner: Manner | undefined, code: string): Promise<Said[]> => {
    if (!manner) throw new RangeError('a manner of the simulator')
    for (const seed of [1, 2, 4]) {
      const world = slowWorld(seed, [treasonOf(traitor, manner)])
      const honest = world.nodes.filter(({ behaviour }) => behaviour.correct).map(({ name }) => name)
      for (let height = 1; height <= 3; height++) {
        const life = await lifeOf(world, height, honest)
        const culprits = life.charges.flatMap(({ culprits }) => culprits.map(({ owner }) => owner))
        expect(culprits.every((owner) => world.nodeOf(owner)?.name === traitor)).toBe(true)
        const said = saidIn(life).filter(({ charges }) => charges.some((charge) => charge.code === code))
        if (said.length > 0) return said
      }
    }
    return []
  }

  it.each([
    ['v0', 'doublePrecommit', 'double-precommit', 'proof', 'precommit'],
    ['v0', 'commitAndSkip', 'commit-and-skip', 'proof', 'skip'],
    ['v0', 'wrongStateRoot', 'wrong-state-root', 'proof', 'seal'],
    ['v0', 'wrongResults', 'wrong-results', 'proof', 'precommit'],
    ['m0', 'unfair', 'invalid-proposal', 'evident', 'proposal'],
    ['m0', 'doubleProposal', 'double-proposal', 'proof', 'proposal'],
    ['m0', 'twoInOneSlot', 'repeated-certificate', 'evident', 'precommitted'],
  ])('%s: %s is %s', async (traitor, name, code, grade, kind) => {
    const manners: Readonly<Record<string, Manner>> = { ...VALIDATOR_MANNERS, ...MESSAGENODE_MANNERS }
    const said = await charged(traitor, manners[name], code)
    expect(said.map((event) => event.kind)).toContain(kind)
    expect(said.every(({ allowed }) => allowed === false)).toBe(true)
    expect(said.flatMap(({ charges }) => charges.map((charge) => charge.grade))).toContain(grade)
  })
})
