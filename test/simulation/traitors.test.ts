import { describe, expect, it } from 'vitest'
import type { Manner } from '../support/simulation/behaviour.js'
import { type Fault, partitions, treasonOf } from '../support/simulation/faults/index.js'
import { busyScenario, LARGE, SMALL } from '../support/simulation/busy-scenario.js'
import { simulateOrExplain } from '../support/simulation/index.js'
import { MESSAGENODE_MANNERS, VALIDATOR_MANNERS } from '../support/simulation/manners/index.js'
import { Random } from '../support/simulation/random.js'
import { type Found, nothingFound, watched } from '../support/simulation/watchers.js'

const cases = [
  ...Object.entries(VALIDATOR_MANNERS).map(([name, manner]) => ['v0', name, manner] as const),
  ...Object.entries(MESSAGENODE_MANNERS).map(([name, manner]) => ['m0', name, manner] as const),
]

// Every checker watches at every step: agreement, the ledger, what correct nodes sign, and that none is accused.
describe('a traitor is harmless', () => {
  it.each(cases)('%s: %s', (node, _name, manner) => {
    const { counts } = simulateOrExplain(busyScenario(SMALL, 1, [treasonOf(node, manner)]))
    expect(counts.heights).toBeGreaterThan(3)
  })
})

const START = Date.now() % 1_000_000_000
/** `COMBINATIONS=400 npx vitest run test/simulation/traitors.test.ts` tries more of them. */
const COMBINATIONS = Number(process.env['COMBINATIONS'] ?? 40)

type Size = typeof LARGE

/** As many traitors as the protocol tolerates, each with manners of its own, while links fail. */
const combination = (
  size: Size,
  seed: number,
): { readonly names: string; readonly faults: readonly Fault[] } => {
  const random = new Random(`traitors ${seed}`)
  const chosen = (letter: string, count: number, manners: Readonly<Record<string, Manner>>) =>
    random.sample([...Array(count).keys()], size.traitors).map((index) => {
      const [name, manner] = random.pick(Object.entries(manners))
      return { name: `${letter}${index} ${name}`, fault: treasonOf(`${letter}${index}`, manner) }
    })
  const traitors = [
    ...chosen('v', size.validators, VALIDATOR_MANNERS),
    ...chosen('m', size.messagenodes, MESSAGENODE_MANNERS),
  ]
  return {
    names: traitors.map(({ name }) => name).join(', '),
    faults: [...traitors.map(({ fault }) => fault), partitions(2)],
  }
}

/** Every proof names traitors and nobody else. */
const expectJust = ({ world, proofs }: Found): number => {
  for (const { code, culprits } of proofs) {
    for (const { owner } of culprits) {
      const accused = world?.nodeOf(owner)
      expect(accused?.behaviour.correct, `${accused?.name} accused of ${code}`).toBe(false)
    }
  }
  return proofs.length
}

describe('traitors together are harmless, and nobody else is ever accused', () => {
  it(`in ${COMBINATIONS} combinations drawn from ${START}`, { timeout: 3_600_000 }, () => {
    let proofs = 0
    for (let seed = START; seed < START + COMBINATIONS; seed++) {
      const size = seed % 4 === 0 ? LARGE : SMALL
      const { names, faults } = combination(size, seed)
      const found = nothingFound()
      try {
        simulateOrExplain(busyScenario(size, seed, [...faults, watched(found)]))
        proofs += expectJust(found)
      } catch (error) {
        throw new Error(`combination ${seed} (${names})`, { cause: error })
      }
    }
    console.log(`${COMBINATIONS} combinations of traitors from ${START}: ${proofs} proofs, all just`)
    expect(proofs).toBeGreaterThan(COMBINATIONS)
  })
})
