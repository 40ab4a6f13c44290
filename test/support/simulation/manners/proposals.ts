import type { Publish } from '../../../../src/protocol/index.js'
import { type Circumstances, type Manner, traitor } from '../behaviour.js'
import { ForgedBlocks, type Proposal } from './forged-block.js'
import { otherThan } from './say.js'

/** Assemblers that propose what they may not (protocol sections 5 and 8). */

type Forge = (proposal: Proposal, blocks: ForgedBlocks, circumstances: Circumstances) => readonly Proposal[]

/** Says other proposals in the place of its core's. */
const proposing =
  (name: string, forge: Forge): Manner =>
  (circumstances) => {
    const blocks = new ForgedBlocks(circumstances)
    return traitor(name, {
      publishes: (effect) => {
        const { draft } = effect
        if (draft.type !== 'assembled') return [effect]
        return forge(draft, blocks, circumstances).map((proposal): Publish => ({
          ...effect,
          draft: proposal,
        }))
      },
    })
  }

const changing = (name: string, change: (proposal: Proposal) => Partial<Proposal>): Manner =>
  proposing(name, (proposal) => [{ ...proposal, ...change(proposal) }])

export const wrongCutRoot = changing('wrong cut root', ({ cutRoot }) => ({ cutRoot: otherThan(cutRoot) }))
export const wrongTransactionRoot = changing('wrong transaction root', ({ txRoot }) => ({
  txRoot: otherThan(txRoot),
}))
export const wrongBlockId = changing('wrong block id', ({ block }) => ({ block: otherThan(block) }))
export const wrongParent = changing('wrong parent', ({ parent }) => ({ parent: otherThan(parent) }))

/** Leaves out the round whose precommitted block it should propose again, as if the choice were free. */
export const staleBase = changing('stale base', ({ base }) => (base >= 0 ? { base: -1 } : {}))

/** Names a base that nothing justifies: the round before, whether it precommitted or not. */
export const unjustifiedBase = changing('unjustified base', ({ round, base }) =>
  round > 0 && base === -1 ? { base: round - 1, justify: { skipped: null, precommitted: null } } : {},
)

/** Proposes in its own round, and in the round after, which is another's. */
export const outOfTurn = proposing('out of turn', (proposal, _blocks, { world }) =>
  world.cast.network.genesis.messagenodes.length === 1
    ? [proposal]
    : [proposal, { ...proposal, round: proposal.round + 1 }],
)

/** The lanes a free choice advances, first to last; empty where the proposal repeats an earlier one. */
const advanced = ({ base, cut }: Proposal): readonly number[] =>
  base === -1 ? cut.map(({ lane }) => lane) : []

const sequencesOf = (proposal: Proposal, blocks: ForgedBlocks): number[] | undefined => {
  const sequences = blocks.parentOf(proposal)?.map(({ sequence }) => sequence)
  for (const { lane, sequence } of proposal.cut) if (sequences) sequences[lane] = sequence
  return sequences
}

/** The same proposal with one lane held back; null where it advances no other lane. */
const withoutLane = (proposal: Proposal, blocks: ForgedBlocks, lane: number): Proposal | null => {
  const sequences = sequencesOf(proposal, blocks)
  const start = blocks.parentOf(proposal)?.[lane]
  if (!sequences || !start || advanced(proposal).length < 2) return null
  sequences[lane] = start.sequence
  return blocks.propose(proposal, sequences)
}

/** Two proposals for one round, of which both could be valid. */
export const doubleProposal = proposing('double proposal', (proposal, blocks) => {
  const [lane] = advanced(proposal)
  const other = lane === undefined ? null : censored(proposal, blocks, lane)
  return [proposal, other ?? { ...proposal, seen: [] }]
})

/** Leaves out a lane that it holds more of, and says so. */
export const unfair = proposing('unfair', (proposal, blocks) => {
  const [lane] = advanced(proposal)
  return [(lane === undefined ? null : withoutLane(proposal, blocks, lane)) ?? proposal]
})

/** A proposal as valid as any, of an assembler that claims to hold nothing new of one lane. */
const censored = (proposal: Proposal, blocks: ForgedBlocks, lane: number): Proposal | null => {
  const start = blocks.parentOf(proposal)?.[lane]
  const other = withoutLane(proposal, blocks, lane)
  if (!start || !other) return null
  return {
    ...other,
    have: proposal.have.map((sequence, index) => (index === lane ? start.sequence : sequence)),
  }
}

/** Never takes anything from the first lane while others have something: its `have` lags what it has seen. */
export const laggingHave = proposing('lagging have', (proposal, blocks) => [
  (advanced(proposal).includes(0) ? censored(proposal, blocks, 0) : null) ?? proposal,
])

/** Cuts a lane behind what the parent took of it. */
export const cutBackwards = proposing('cut backwards', (proposal, blocks) => {
  const sequences = sequencesOf(proposal, blocks)
  const parent = blocks.parentOf(proposal)
  const lane =
    parent?.findIndex(({ sequence }, index) => sequence > 1 && sequences?.[index] === sequence) ?? -1
  const start = parent?.[lane]
  if (!sequences || !start || proposal.base !== -1) return [proposal]
  sequences[lane] = start.sequence - 1
  return [blocks.propose(proposal, sequences)]
})

/** Takes everything that it holds, whatever the capacity of a block. */
export const overCapacity = proposing('over capacity', (proposal, blocks) =>
  proposal.base === -1 && blocks.parentOf(proposal) ? [blocks.propose(proposal, proposal.have)] : [proposal],
)
