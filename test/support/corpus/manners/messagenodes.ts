import {
  blockId,
  type CertificateBody,
  certificateRoot,
  emptyBlock,
  type Hash,
  type Signature,
  stageKey,
  stageOf,
} from '../../../../src/feeds/index.js'
import { fairFill, isProposable, isVote, type Publish } from '../../../../src/protocol/index.js'
import { electorateOf, lanesOf } from '../../../../src/roles/index.js'
import { type Circumstances, type Manner, traitor } from '../../simulation/behaviour.js'
import { ForgedBlocks, type Proposal } from '../../simulation/manners/forged-block.js'
import { type Draft, type DraftOf, otherThan } from '../../simulation/manners/say.js'

/** Ways in which a Messagenode breaks rules that stand beside those of the drawn traitors. */

type Certificate = DraftOf<'precommitted' | 'committed' | 'sealed'>
type Signed = readonly (readonly [index: number, signature: Signature])[]

const isCertificate = (draft: Draft): draft is Certificate =>
  draft.type === 'precommitted' || draft.type === 'committed' || draft.type === 'sealed'

/** The same certificate of other signatures, its root made to fit. */
const refounded = <C extends Certificate>(
  { world: { cast } }: Circumstances,
  draft: C,
  signed: Signed,
): C => {
  const electorate = electorateOf(cast.network, cast.network.genesis)
  const stage = stageOf(draft)
  const entries = signed.flatMap(([index, signature]) => {
    const roleKey = stageKey(electorate, stage, index)
    return roleKey === undefined ? [] : [{ index, signature, roleKey }]
  })
  return {
    ...draft,
    signers: entries.map(({ index }) => index),
    signatures: entries.map(({ signature }) => signature),
    root: certificateRoot(stage, entries),
  }
}

/** Puts the signatures of precommits under a commit certificate. */
export const wrongStage: Manner = (circumstances) => {
  let precommitted: CertificateBody | Certificate | null = null
  return traitor('wrong stage', {
    publishes: (effect) => {
      const { draft } = effect
      if (draft.type === 'precommitted' && !draft.skip) precommitted = draft
      if (draft.type !== 'committed' || precommitted?.height !== draft.height) return [effect]
      const { signers, signatures } = precommitted
      const signed = signers.flatMap((index, place): Signed => {
        const signature = signatures[place]
        return signature === undefined ? [] : [[index, signature]]
      })
      return [{ ...effect, draft: refounded(circumstances, draft, signed) }]
    },
  })
}

/** Opens empty blocks that stand on another one than E(h-1). */
export const wrongSlotParent: Manner = () =>
  traitor('wrong parent of an empty block', {
    publishes: (effect) =>
      effect.draft.type === 'block'
        ? [{ ...effect, draft: { ...effect.draft, previous: otherThan(effect.draft.previous) } }]
        : [effect],
  })

/** Never counts the first validator's votes: it waits until others make a quorum. */
export const voteExclusion: Manner = (circumstances) => {
  const { self, world } = circumstances
  const waiting: Publish[] = []
  return traitor('excludes votes', {
    publishes: (effect) => {
      waiting.push(effect)
      return waiting.splice(0).flatMap((each) => {
        const without = withoutFirst(each)
        if (without === 'later') waiting.push(each)
        return without === 'later' ? [] : [without]
      })
    },
  })

  function withoutFirst(effect: Publish): Publish | 'later' {
    const { draft } = effect
    if (!isCertificate(draft) || draft.skip || !draft.signers.includes(0)) return effect
    const signed = votesFor(draft).filter(([index]) => index !== 0)
    const { quorum } = world.cast.network.genesis
    if (signed.length < quorum) return 'later'
    return { ...effect, draft: refounded(circumstances, draft, signed.slice(0, quorum)) }
  }

  function votesFor(draft: Exclude<Certificate, { readonly skip: true }>): Signed {
    const { validators } = world.cast.network.genesis
    return validators.flatMap(({ roles }, index): Signed => {
      const feed = roles[VOTERS[draft.type]]
      const found = self.store
        .from(feed, 1)
        .filter(isVote)
        .find(({ body }) => {
          const isSame = 'block' in body && body.block === draft.block && body.xRoot === draft.xRoot
          return isSame && (body.type === 'seal' || ('round' in body && body.round === draft.round))
        })
      return found ? [[index, found.body.signature]] : []
    })
  }
}

const VOTERS = { precommitted: 'precommitter', committed: 'committer', sealed: 'sealer' } as const

/** Takes nothing of one lane for so many heights, and claims to hold nothing of it and to have seen nobody. */
const censoring =
  (name: string, lane: number, heights: number): Manner =>
  (circumstances) => {
    const blocks = new ForgedBlocks(circumstances)
    return traitor(name, {
      publishes: (effect) => {
        const { draft } = effect
        if (draft.type !== 'assembled' || draft.base !== -1 || draft.height > heights) return [effect]
        const without = withoutLane(draft, blocks, lane, circumstances)
        return without === 'empty' ? [] : [{ ...effect, draft: without }]
      },
    })
  }

/** What a fair fill takes if nothing of that lane is held. */
const withoutLane = (
  proposal: Proposal,
  blocks: ForgedBlocks,
  lane: number,
  { self, world }: Circumstances,
): Proposal | 'empty' => {
  const { genesis, parameters } = world.cast.network
  const parent = blocks.parentOf(proposal)?.map(({ sequence }) => sequence)
  if (!parent || !proposal.cut.some((advance) => advance.lane === lane)) return proposal
  const have = proposal.have.map((sequence, index) => (index === lane ? (parent[lane] ?? 0) : sequence))
  const fill = fairFill({
    height: proposal.height,
    parent,
    have,
    caps: parameters.capacity,
    closed: new Set(),
    message: (index, sequence) => {
      const [message] = self.store.from(lanesOf(genesis)[index] ?? self.member.id, sequence, 1)
      if (!message) return undefined
      const { key, previous, size, body } = message
      return {
        key,
        sequence,
        previous,
        size,
        transactions: body.type === 'transaction' ? body.transactions : [],
      }
    },
  })
  if (fill.kind !== 'filled' || !isProposable(fill)) return 'empty'
  return { ...blocks.propose(proposal, fill.cut), have, seen: [] }
}

export const laneExclusion = censoring('excludes a lane', 0, Infinity)
export const censorship = censoring('censors', 0, 90)

/** A root of other transactions, with a block id that fits it: only who holds the lanes sees it. */
export const fittedTransactionRoot: Manner = ({ world: { cast } }) =>
  traitor('fitted transaction root', {
    publishes: (effect) => {
      const { draft } = effect
      if (draft.type !== 'assembled') return [effect]
      const { chainId, genesis } = cast.network
      const { height, parent, cutRoot, txCount } = draft
      const txRoot = otherThan(draft.txRoot)
      const slot = slotOf(chainId, height)
      const block = blockId({
        chainId,
        epoch: genesis.number,
        height,
        slot,
        parent,
        cutRoot,
        txRoot,
        txCount,
      })
      return [{ ...effect, draft: { ...draft, txRoot, block } }]
    },
  })

const slotOf = (chainId: Hash, height: number): Hash => {
  let slot = emptyBlock(chainId, 0, null)
  for (let next = 1; next <= height; next++) slot = emptyBlock(chainId, next, slot)
  return slot
}
