import { encodeBody } from '../../../../src/feeds/index.js'
import type { FeedId, FeedMessage } from '../../../../src/feeds/index.js'
import type { Behaviour } from '../behaviour.js'
import { counterTransaction } from '../counter-application.js'
import type { SimulatedNode } from '../node.js'
import type { Random } from '../random.js'
import { originalOf } from '../substrate/wire.js'
import type { World } from '../world.js'
import type { Fault } from './fault.js'

const ROLE = 'transaction-validator'
/** How often what is not there yet is looked for or shown again. */
const RETRY_MS = 300
/** Far above the numbers that the workload gives out. */
const FIRST_NUMBER = 1_000_000

/**
 * Validators whose transaction feed has two branches: some peers are shown one, the others the other one. Whoever
 * is shown both has the proof, which spreads and freezes the lane (protocol section 5, fork proof of a lane).
 */
export const forkedLanes = (names: readonly string[]): Fault => ({
  name: 'forked lanes',
  install(world, untilMs) {
    for (const node of world.nodes.filter(({ name }) => names.includes(name))) {
      const random = world.random.fork(`forked lane of ${node.name}`)
      const begin = (): void => {
        if (node.hasStarted) fork(world, node, random, untilMs)
        else if (world.schedule.now < untilMs) world.schedule.after(RETRY_MS, begin)
      }
      world.schedule.after(random.between(0, untilMs * 0.7), begin)
    }
  },
})

const fork = (world: World, node: SimulatedNode, random: Random, untilMs: number): void => {
  const lane = node.feedOf(ROLE)
  const tip = node.publisher.tipOf(lane)
  const neighbours = world.fabric.neighbours(node)
  const audience = new Set(random.sample(neighbours, random.integer(1, Math.max(1, neighbours.length - 1))))
  const branch = signBranch(node, tip, random)
  node.behaviour = twoFaced(node.behaviour, { lane, from: tip.sequence, branch, audience })
  const next = node.publisher.publishContent(ROLE, transactionOf(random))
  world.forkedLanes.set(lane, [originalOf(next), originalOf(branch[0] ?? next)])
  for (const message of branch) node.publisher.hide(message)
  show(world, node, branch, audience, untilMs)
}

interface Fork {
  readonly lane: FeedId
  /** Last sequence that both branches share. */
  readonly from: number
  readonly branch: readonly FeedMessage[]
  readonly audience: ReadonlySet<SimulatedNode>
}

/** The audience is shown the second branch and nobody else is; otherwise the node behaves as before. */
const twoFaced = (behaviour: Behaviour, { lane, from, branch, audience }: Fork): Behaviour => ({
  ...behaviour,
  name: `${behaviour.name}, forking`,
  correct: false,
  shows: (message, peer) => {
    const isCommon = message.author !== lane || message.sequence <= from
    return behaviour.shows(message, peer) && (isCommon || branch.includes(message) === audience.has(peer))
  },
})

const signBranch = (node: SimulatedNode, tip: FeedMessage, random: Random): readonly FeedMessage[] => {
  const branch = [node.publisher.signAfter(tip, ROLE, transactionOf(random))]
  for (let more = random.integer(0, 2); more > 0; more--) {
    branch.push(node.publisher.signAfter(branch.at(-1) ?? tip, ROLE, transactionOf(random)))
  }
  return branch
}

const transactionOf = (random: Random): object => {
  const number = FIRST_NUMBER + random.integer(0, FIRST_NUMBER)
  return encodeBody({ type: 'transaction', transactions: [counterTransaction(number, false)] })
}

/** Links may be down, and receivers may not have come so far: it is sent again and again while faults last. */
const show = (
  world: World,
  node: SimulatedNode,
  branch: readonly FeedMessage[],
  audience: ReadonlySet<SimulatedNode>,
  untilMs: number,
): void => {
  for (const peer of audience) world.fabric.channel(node, peer)?.send(() => peer.receive(branch))
  if (world.schedule.now < untilMs) {
    world.schedule.after(RETRY_MS, () => show(world, node, branch, audience, untilMs))
  }
}
