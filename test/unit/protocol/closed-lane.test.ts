import { describe, expect, it } from 'vitest'
import { type ClassicMessage, type FeedMessage, type LaneTip, NO_MESSAGE } from '../../../src/feeds/index.js'
import {
  closedLanes,
  closeLaneOperations,
  genesisOrigin,
  type MessagenodeState,
  transactionsHeld,
  validatorCore,
  type ValidatorState,
} from '../../../src/protocol/index.js'
import {
  assembled,
  at,
  type Block,
  committed,
  draftOf,
  executed,
  forkOf,
  grow,
  Player,
  playMessagenode,
  playValidator,
  precommitted,
  published,
  refusals,
  Scene,
  timers,
} from '../../support/protocol/index.js'
import type { CounterState } from '../../support/simulation/counter-application.js'

/** What consensus makes of a proved fork (docs/protocol.md, section 7): a lane that never advances again. */
const CAPACITY = { transactions: 64, bytes: 20_000, batchMs: 40 }
const FORKED = 2

const setting = () => {
  const scene = new Scene({ parameters: { capacity: CAPACITY } })
  return { scene, lane: at(scene.lanes, FORKED) }
}

/** Everything that closes the lane, each part in a message of lane 0. */
const closing = (scene: Scene, fork: readonly [ClassicMessage, ClassicMessage]): FeedMessage[] =>
  closeLaneOperations(...fork, at(scene.lanes, 0)).map((bytes) =>
    scene.write(at(scene.lanes, 0), { type: 'transaction', transactions: [bytes] }),
  )

/** Block 1 takes a message of the lane, and the proof that closes it; all that a node needs to execute it. */
const closedInBlock1 = (scene: Scene) => {
  const last = scene.lane(FORKED)
  const content = [last, scene.lane(1), ...closing(scene, forkOf(scene.cast, FORKED))]
  const block = scene.block(scene.genesis, ...content)
  const proposal = assembled(scene, block)
  const decision = committed(scene, block, { links: proposal.key })
  return { block, last, messages: [...content, proposal, decision] }
}

type Node = Player<ValidatorState<CounterState>> | Player<MessagenodeState<CounterState>>

const closedIn = ({ state: { chain } }: Node) => closedLanes(chain.executed.state)
const laneOf = ({ state: { chain } }: Node) => at(chain.lanes, FORKED)

/** One more of the lane on top of the parent: what an assembler would propose that does not know, or does not care. */
const advance = (scene: Scene, parent: Block, round = 0, base = -1) => {
  const more = scene.lane(FORKED)
  const block = scene.block(parent, more)
  return { more, block, proposal: assembled(scene, block, { round, base }) }
}

describe('an assembler that knows of a fork', () => {
  /** Lanes 0 and 2 hold a message each; the assembler knows that 2 is forked. */
  const proposed = () => {
    const { scene, lane } = setting()
    const content = [scene.lane(0), scene.lane(FORKED)]
    const messagenode = playMessagenode(scene, { index: 1 })
    messagenode.forked(lane)
    return { scene, content, draft: draftOf(messagenode.take(...content), 'assembled') }
  }

  it('reports the parent’s cut of that lane, and a validator that does not know of it agrees', () => {
    const { scene, content, draft } = proposed()
    expect([draft.cut.map(({ lane }) => lane), draft.have]).toEqual([[0], [1, 0, 0, 0]])
    const player = playValidator(scene)
    player.take(...content)
    const message = scene.write(scene.messagenode(1).roles['block-assembler'], draft)
    expect(published(player.take(message))).toEqual(['precommit 1/0'])
  })

  it('would be unfair to that validator if it reported what it holds', () => {
    const { scene, content, draft } = proposed()
    const player = playValidator(scene)
    player.take(...content)
    const honest = { ...draft, have: [1, 0, 1, 0] }
    const message = scene.write(scene.messagenode(1).roles['block-assembler'], honest)
    expect(refusals(player.take(message))).toEqual(['unfair-cut'])
  })

  it('reports the parent’s cut of a lane of which the chain followed another branch than it holds', () => {
    const { scene, lane } = setting()
    const mine = [scene.lane(FORKED), scene.lane(FORKED)]
    const theirs = scene.after(undefined, lane, at(mine, 0).body, 900)
    const player = playMessagenode(scene, { index: 2 })
    player.take(...mine)
    const block = scene.block(scene.genesis, theirs)
    const proposal = assembled(scene, block)
    player.take(proposal, committed(scene, block, { links: proposal.key }))
    expect(executed(player.fetched(theirs))).toEqual([1])
    player.now = 1000
    const draft = draftOf(player.take(scene.lane(0)), 'assembled')
    expect([draft.cut.map(({ lane: index }) => index), draft.have]).toEqual([[0], [1, 0, 1, 0]])
  })
})

describe('a validator that knows of a fork', () => {
  it('agrees to a block without that lane, whatever its assembler says to hold of it', () => {
    const { scene, lane } = setting()
    const content = scene.lane(0)
    const player = playValidator(scene)
    player.forked(lane)
    player.take(content, scene.lane(FORKED))
    const proposal = assembled(scene, scene.block(scene.genesis, content), { have: [1, 0, 1, 0] })
    expect(published(player.take(proposal))).toEqual(['precommit 1/0'])
  })

  it('has no work pending for a branch that the chain does not follow', () => {
    const { scene, lane } = setting()
    const mine = [scene.lane(FORKED), scene.lane(FORKED)]
    const theirs = scene.after(undefined, lane, at(mine, 0).body, 900)
    const player = playValidator(scene)
    player.take(...mine)
    const block = scene.block(scene.genesis, theirs)
    const proposal = assembled(scene, block)
    const effects = player.take(proposal, committed(scene, block, { links: proposal.key }))
    expect([player.state.chain.decided.height, executed(effects)]).toEqual([1, []])
    expect(timers(effects)).toEqual(['round off'])
  })
})

describe('closing', () => {
  it('stops the lane where the block that closes it leaves it, on every node alike', () => {
    const { scene, lane } = setting()
    const { block, last, messages } = closedInBlock1(scene)
    const nodes = [playValidator(scene), playMessagenode(scene, { index: 1 })]
    for (const node of nodes) {
      expect(executed(node.take(...messages))).toEqual([1])
      expect(closedIn(node)).toMatchObject([{ lane, sequence: last.sequence, tip: last.key, height: 1 }])
      expect(node.state.chain.executed.stateRoot).toBe(block.stateRoot)
    }
  })

  it('is the same after a restart, which replays what was read', () => {
    const { scene } = setting()
    const { block, messages } = closedInBlock1(scene)
    const player = playValidator(scene, { started: false })
    for (const message of messages) player.take(message)
    player.start()
    expect(player.state.chain.executed.stateRoot).toBe(block.stateRoot)
    expect(laneOf(player)).toMatchObject({ closed: true, bytes: 0 })
  })

  it('is the same for a chain that starts where it is closed', () => {
    const { scene } = setting()
    const { block, messages } = closedInBlock1(scene)
    const context = scene.context(scene.validator(0))
    const snapshot = scene.application.snapshot(block.state)
    const state = scene.application.restore(scene.network, snapshot)
    const { height, value, slot, cut } = block
    const certificate = playValidator(scene).state.chain.decided.certificate
    const player = new Player(
      validatorCore(context, { ...genesisOrigin(context), height, value, certificate, slot, cut, state }),
    )
    player.start()
    expect(player.state.chain.executed.stateRoot).toBe(block.stateRoot)
    player.take(...messages)
    const { proposal, more } = advance(scene, block)
    expect(refusals(player.take(more, proposal))).toEqual(['closed-lane'])
  })

  it('comes with the last part, blocks after the first', () => {
    const { scene, lane } = setting()
    const parts = closing(scene, forkOf(scene.cast, FORKED, { size: 5000 }))
    const player = playValidator(scene)
    let parent = scene.genesis
    for (const [index, part] of parts.entries()) {
      expect(closedIn(player)).toEqual([])
      const block = scene.block(parent, part)
      const proposal = assembled(scene, block)
      player.take(part, proposal, committed(scene, block, { links: proposal.key }))
      expect([index, player.state.chain.executed.stateRoot]).toEqual([index, block.stateRoot])
      parent = block
    }
    expect(parts.length).toBeGreaterThan(3)
    expect(closedIn(player)).toMatchObject([{ lane, sequence: 0, tip: NO_MESSAGE, height: parts.length }])
  })
})

describe('a closed lane', () => {
  const closed = () => {
    const { scene, lane } = setting()
    const { block, messages } = closedInBlock1(scene)
    const player = playValidator(scene)
    player.take(...messages)
    return { scene, lane, block, player }
  }

  it('is refused in a free choice', () => {
    const { scene, block, player } = closed()
    const { more, proposal } = advance(scene, block)
    expect(refusals(player.take(more, proposal))).toEqual(['closed-lane'])
  })

  it('is refused with a base too: whoever voted for that round knew', () => {
    const { scene, block, player } = closed()
    const { more, block: wrong, proposal } = advance(scene, block, 1, 0)
    player.take(more, scene.lane(1))
    player.timer('round')
    player.take(precommitted(scene, wrong))
    expect(player.state.round.round).toBe(1)
    expect(refusals(player.take(proposal))).toEqual(['closed-lane'])
  })

  it('is no pending work, and nothing of it is held any more', () => {
    const { scene, player } = closed()
    expect(timers(player.take(scene.lane(FORKED)))).toEqual([])
    expect(transactionsHeld(laneOf(player))).toBe(0)
    expect(timers(player.take(scene.lane(0)))).toEqual([expect.stringMatching(/^round \d+$/)])
  })

  it('lets go of what was held when it closed', () => {
    const { scene } = setting()
    const player = playValidator(scene)
    const { messages } = closedInBlock1(scene)
    player.take(scene.lane(FORKED), ...messages.slice(0, -1))
    expect(transactionsHeld(laneOf(player))).toBe(2)
    player.take(...messages.slice(-1))
    expect(laneOf(player)).toMatchObject({ closed: true, bytes: 0, branch: [] })
    expect(transactionsHeld(laneOf(player))).toBe(0)
  })

  it('is left out by an assembler, which reports where it stands', () => {
    const { scene } = setting()
    const player = playMessagenode(scene, { index: 2 })
    player.take(...closedInBlock1(scene).messages)
    player.now = 1000
    expect(published(player.take(scene.lane(FORKED)))).toEqual([])
    const draft = draftOf(player.take(scene.lane(1)), 'assembled')
    const have: LaneTip['sequence'][] = draft.have.slice()
    expect([draft.cut.map(({ lane }) => lane), have[FORKED]]).toEqual([[1], 1])
  })

  it('is no reason to wait for messages that an assembler says to hold of it', () => {
    const { scene, block, player } = closed()
    const content = scene.lane(3)
    const have = scene.have().map((sequence, lane) => (lane === FORKED ? sequence + 7 : sequence))
    const proposal = assembled(scene, scene.block(block, content), { have })
    expect(published(player.take(content, proposal))).toEqual(['precommit 2/0'])
  })

  it('leaves the others as they are: the chain goes on', () => {
    const { scene, block, player } = closed()
    const { messages } = grow(scene, block)
    expect(executed(player.take(...messages))).toEqual([2])
  })
})

describe('an assembler whose parent is decided and not executed', () => {
  it('chooses nothing, since the parent may have closed a lane', () => {
    const { scene } = setting()
    const player = playMessagenode(scene, { index: 2 })
    const { last, messages } = closedInBlock1(scene)
    const missing = scene.lane(FORKED)
    player.take(...messages.filter((message) => message !== last))
    player.now = 1000
    expect(published(player.take(scene.lane(3)))).toEqual([])
    expect(player.state.chain.decided.height).toBe(1)
    const draft = draftOf(player.take(last, missing), 'assembled')
    expect(draft.cut.map(({ lane }) => lane)).toEqual([3])
  })
})
