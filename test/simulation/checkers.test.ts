import { describe, expect, it } from 'vitest'
import { certificateRoot, emptyBlock, feedIdOf, NO_MESSAGE, voteBytes } from '../../src/feeds/index.js'
import type { BlockBody, CertificateBody, Hash, Signature } from '../../src/feeds/index.js'
import type { Effect, Publish } from '../../src/protocol/index.js'
import { calmScenario, simulate, Violation } from '../support/simulation/index.js'
import { toBase64 } from '../../src/util/index.js'
import { commitAndSkip } from '../support/simulation/manners/index.js'
import type { Fault } from '../support/simulation/faults/index.js'
import { castOf, SIMULATED_CHAIN } from '../support/simulation/members.js'
import { everyEffect, firstAltered } from '../support/simulation/mutants.js'
import type { Alteration } from '../support/simulation/mutants.js'
import type { Scenario } from '../support/simulation/index.js'
import { FeedStore } from '../support/simulation/substrate/feed-store.js'
import { hashedSignatures } from '../support/simulation/signatures.js'
import { realCores } from '../support/simulation/simulated-world.js'
import type { Cores } from '../support/simulation/simulated-world.js'

/** Checkers are worth what they catch: each of these cores breaks one rule, and exactly that one is named. */
const violationOf = (cores: Cores, scenario = calmScenario(7, 4, 2)): string => {
  try {
    simulate(scenario, { cores })
  } catch (error) {
    if (error instanceof Violation) return error.code
    throw error
  }
  return 'none'
}

const OTHER = 'ab'.repeat(32) as Hash

const isSeal = ({ draft }: Publish): boolean => draft.type === 'seal'

/** The first validator is the last to learn what the others have acknowledged already. */
const lastToLearn: Scenario = { ...calmScenario(7, 4, 2), slowness: new Map([['v0', 20]]) }

const withCodes = (effect: Extract<Effect, { readonly kind: 'executed' }>): Effect => ({
  ...effect,
  block: { ...effect.block, codes: effect.block.codes.map((code) => code + 1) },
})

/** The first validator loses its disk the moment a lane message is durable, before anyone else has seen it. */
const forgetfulDisk: Fault = {
  name: 'forgetful disk',
  install(world) {
    let isDone = false
    const openings = world.nodes.flatMap((node) => node.openings())
    world.observe({
      published(node, { body }) {
        if (isDone || node.name !== 'v0' || body.type !== 'transaction') return
        isDone = true
        world.schedule.after(0, () => {
          node.crash()
          node.store = new FeedStore()
          node.begin(openings)
          node.boot()
        })
      },
    })
  },
}

/** More traitors than the protocol bears. */
const lockless: Fault = {
  name: 'three of four without a lock',
  install: (world) => {
    const { nodes, random } = world
    for (const self of nodes.slice(0, 3)) {
      self.behaviour = commitAndSkip({ self, favourite: self, world, random })
    }
  },
}

const everyCommitted = (alter: (draft: CertificateBody) => CertificateBody): (() => Alteration) =>
  everyEffect('publish', (effect) => {
    const { draft } = effect
    return [draft.type === 'committed' ? { ...effect, draft: alter(draft) } : effect]
  })

/** Signed by everyone, whether they did or not. */
const forged = (draft: CertificateBody): CertificateBody => {
  const cast = castOf({ validators: 4, messagenodes: 2, scheme: hashedSignatures })
  const bytes = voteBytes({ ...draft, chainId: SIMULATED_CHAIN, epoch: 0, stage: 'commit' })
  const entries = cast.network.genesis.validators.map(({ id, roles }, index) => ({
    index,
    roleKey: roles.committer,
    signature: toBase64(cast.keyOf(id, 'committer').sign(bytes)) as Signature,
  }))
  return {
    ...draft,
    signers: entries.map(({ index }) => index),
    signatures: entries.map(({ signature }) => signature),
    root: certificateRoot('commit', entries),
  }
}

const slotAfter = ({ height, hash }: BlockBody): BlockBody => ({
  type: 'block',
  height: height + 1,
  previous: hash,
  hash: emptyBlock(SIMULATED_CHAIN, height + 1, hash),
})

const slotOpened = (draft: BlockBody): Publish => ({
  kind: 'publish',
  role: 'empty-block-producer',
  draft,
  voteBytes: null,
  durable: [],
})

const speaksBeforeStart = (): Alteration => {
  const genesis = emptyBlock(SIMULATED_CHAIN, 0, null)
  const first = slotAfter({ type: 'block', height: 0, previous: genesis, hash: genesis })
  let spoken = false
  return (_event, effects) => {
    if (spoken) return effects
    spoken = true
    return [...effects, slotOpened(first)]
  }
}

/** Opens one more slot every minute, far beyond the window, whether anything happens or not. */
const neverSilent = (): Alteration => {
  let last: BlockBody | undefined
  return (event, effects) => {
    const others = effects.filter((effect) => effect.kind !== 'timer' || effect.timer !== 'reproposal')
    for (const effect of others) {
      if (effect.kind === 'publish' && effect.draft.type === 'block') last = effect.draft
    }
    const isDue = event.kind === 'start' || (event.kind === 'timer' && event.timer === 'reproposal')
    if (!isDue || !last) return others
    last = slotAfter(last)
    return [...others, slotOpened(last), { kind: 'timer', timer: 'reproposal', delayMs: 60_000 }]
  }
}

describe('checkers', () => {
  it('find nothing in the real cores', () => {
    expect(
      violationOf(
        firstAltered(
          'validator',
          everyEffect('publish', (effect) => [effect]),
        ),
      ),
    ).toBe('none')
  })

  it.each([
    [
      'disagreement',
      everyEffect('decided', (effect) => [
        effect.height < 2 ? effect : { ...effect, value: { ...effect.value, block: OTHER } },
      ]),
    ],
    ['height-skipped', everyEffect('decided', (effect) => [effect, effect])],
    ['executed-before-decided', everyEffect('decided', (effect) => (effect.height === 3 ? [] : [effect]))],
    [
      'wrong-state-root',
      everyEffect('executed', (effect) => [{ ...effect, block: { ...effect.block, stateRoot: OTHER } }]),
    ],
    ['slot-taken-twice', everyEffect('publish', (effect) => (isSeal(effect) ? [effect, effect] : [effect]))],
    ['halted', everyEffect('decided', (effect) => [effect, { kind: 'halt', code: 'tired', facts: {} }])],
    [
      'wrong-entry-link',
      everyEffect('publish', (effect) => [
        effect.draft.type === 'precommit'
          ? { ...effect, draft: { ...effect.draft, entry: NO_MESSAGE } }
          : effect,
      ]),
    ],
    ['stuck', everyEffect('sealed', () => [])],
  ])('catch a validator: %s', (code, alteration) => {
    expect(violationOf(firstAltered('validator', alteration))).toBe(code)
  })

  it.each([
    [
      'acknowledged-lost',
      everyEffect('executed', (effect) => [{ ...effect, block: { ...effect.block, transactions: [] } }]),
    ],
    ['acknowledged-otherwise', everyEffect('executed', (effect) => [withCodes(effect)])],
  ])('catch a validator that tells otherwise than those before it: %s', (code, alteration) => {
    expect(violationOf(firstAltered('validator', alteration), lastToLearn)).toBe(code)
  })

  it('catch a certificate that runs ahead of its votes: vote-never-published', () => {
    const lastToVote = { ...calmScenario(7, 4, 2), slowness: new Map([['v3', 20]]) }
    expect(violationOf(firstAltered('messagenode', everyCommitted(forged)), lastToVote)).toBe(
      'vote-never-published',
    )
  })

  it('catch a disk that forgets what it synced: slot-taken-twice', () => {
    expect(violationOf(realCores, { ...calmScenario(7, 4, 2), faults: [forgetfulDisk] })).toBe(
      'slot-taken-twice',
    )
  })

  it('catch too many validators that break the lock: contradicting-certificates', () => {
    expect(violationOf(realCores, { ...calmScenario(7, 4, 2), faults: [lockless] })).toBe(
      'contradicting-certificates',
    )
  })

  it.each([
    [
      'wrong-transactions',
      everyEffect('executed', (effect) => [{ ...effect, block: { ...effect.block, transactions: [] } }]),
    ],
    ['published-before-start', speaksBeforeStart],
    ['idle-chain-speaks', neverSilent],
    ['bad-certificate', everyCommitted((draft) => ({ ...draft, root: OTHER }))],
    [
      'no-quorum',
      everyCommitted((draft) => ({
        ...draft,
        signers: [0, 1],
        signatures: draft.signatures.slice(0, 2),
      })),
    ],
    [
      'base-with-a-gap',
      everyEffect('publish', (effect) => [
        effect.draft.type === 'assembled'
          ? { ...effect, draft: { ...effect.draft, round: effect.draft.round + 1 } }
          : effect,
      ]),
    ],
    [
      'correct-node-refused',
      everyEffect('decided', (effect) => [
        effect,
        {
          kind: 'verdict',
          message: effect.certificate,
          author: feedIdOf(new Uint8Array(32)),
          refusal: { verdict: 'reject', code: 'dislike', facts: {} },
        },
      ]),
    ],
  ])('catch a Messagenode: %s', (code, alteration) => {
    expect(violationOf(firstAltered('messagenode', alteration))).toBe(code)
  })
})
