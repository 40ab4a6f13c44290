import type { FeedId } from '../../../src/feeds/index.js'
import { messagenodeCore, validatorCore } from '../../../src/protocol/index.js'
import type { Context, Origin } from '../../../src/protocol/index.js'
import { feedsOf, lanesOf } from '../../../src/roles/index.js'
import type { Member } from '../../../src/roles/index.js'
import { traitor } from './behaviour.js'
import { counterApplication, remembering } from './counter-application.js'
import type { CounterState } from './counter-application.js'
import type { Cast } from './members.js'
import { runnerOf, SimulatedNode } from './node.js'
import type { Runner } from './node.js'
import type { Observer } from './observer.js'
import { Random } from './random.js'
import type { Scenario } from './scenario.js'
import { Schedule } from './schedule.js'
import type { ForkProof } from './substrate/closing.js'
import { Fabric } from './substrate/fabric.js'
import type { Profile, World } from './world.js'

/** Where nodes get their cores from: the real ones, or mutants of them. */
export type Cores = (
  member: Member,
  context: Context<CounterState>,
  /** Where it begins; genesis by default. */
  origin?: Origin<CounterState>,
) => Runner

export const realCores: Cores = (member, context, origin) =>
  member.kind === 'validator'
    ? runnerOf(validatorCore(context, origin))
    : runnerOf(messagenodeCore(context, origin))

/** Does what its core says, as its twin does: between them they say two things. */
const TWIN = traitor('twin', {})

/** The nodes of a scenario with their links, before any of them runs. */
export class SimulatedWorld implements World {
  readonly schedule = new Schedule()
  readonly random: Random
  readonly profile: Profile
  readonly nodes: readonly SimulatedNode[]
  readonly fabric: Fabric
  readonly publicFeeds: ReadonlySet<FeedId>
  readonly forkedLanes = new Map<FeedId, ForkProof>()
  readonly #owners = new Map<FeedId, SimulatedNode>()
  readonly #observers: Observer[] = []

  constructor(
    scenario: Scenario,
    readonly cast: Cast,
    cores: Cores,
  ) {
    const { network, scheme, names } = cast
    const { validators, messagenodes } = network.genesis
    const application = remembering(counterApplication)
    this.random = new Random(`seed ${scenario.seed}`)
    this.profile = scenario.profile
    const nodeNamed = (member: Member, name: string): SimulatedNode => {
      const context = { network, self: member.id, application, verify: scheme.verify }
      const options = {
        member,
        name,
        core: () => cores(member, context),
        slowness: scenario.slowness.get(name) ?? 1,
        clock: scenario.clocks.get(name) ?? { offsetMs: 0, rate: 1 },
      }
      return new SimulatedNode(options, this)
    }
    const members = [...validators, ...messagenodes]
    const originals = members.map((member) => nodeNamed(member, names.get(member.id) ?? member.name))
    const twins = originals
      .filter(({ name }) => scenario.twins?.includes(name))
      .map((original) => {
        const twin = nodeNamed(original.member, `${original.name}'`)
        for (const node of [original, twin]) node.behaviour = TWIN
        return twin
      })
    this.nodes = [...originals, ...twins]
    this.publicFeeds = new Set([
      ...lanesOf(network.genesis),
      ...messagenodes.flatMap((member) => feedsOf(member).map(([, feed]) => feed)),
    ])
    for (const node of originals) for (const feed of node.ownFeeds.keys()) this.#owners.set(feed, node)
    this.fabric = new Fabric(this.nodes, this.schedule, scenario.profile.link, this.random.fork('links'))
  }

  /** Puts node names in the place of feed ids, for people. */
  readonly named = (line: string): string =>
    line.replace(/@[A-Za-z0-9+/=]{44}\.ed25519/g, (feed) => {
      const owner = this.nodeOf(feed as FeedId)
      return owner ? `${owner.name}.${owner.ownFeeds.get(feed as FeedId)}` : feed
    })

  bootAll(): void {
    const openings = this.nodes.flatMap((node) => node.openings())
    for (const node of this.nodes) node.begin(openings)
    for (const node of this.nodes) node.boot()
  }

  nodeOf(feed: FeedId): SimulatedNode | undefined {
    return this.#owners.get(feed)
  }

  observe(observer: Observer): void {
    this.#observers.push(observer)
  }

  notify(tell: (observer: Observer) => void): void {
    for (const observer of this.#observers) tell(observer)
  }
}
