import {
  type Body,
  encodeBody,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOf,
  sha256,
} from '../../../../src/feeds/index.js'
import type { Context, Effect } from '../../../../src/protocol/index.js'
import { type FeedRole, feedsOf, lanesOf, type Member, registryOf } from '../../../../src/roles/index.js'
import { utf8 } from '../../../../src/util/index.js'
import type { CounterState } from '../counter-application.js'
import type { Random } from '../random.js'
import { contentOf } from '../substrate/wire.js'
import { altered } from './alteration.js'
import { type Plan, Planner } from './plans.js'
import { Quorums } from './quorums.js'
import { Chronicle } from './chronicle.js'
import { mended } from './mending.js'
import type { Scribe } from './scribe.js'
import type { Setting } from './setting.js'
import { Shell } from './shell.js'
import type { Lives } from './lives.js'

/** The key of a message that nobody has. */
export const NOBODYS: MessageKey = messageKeyOf(sha256(utf8('a message that nobody has')))

/** The network around one core, as far as it is made up: who said what, and which blocks there might be. */
export class Story {
  readonly planner: Planner
  readonly quorums: Quorums
  readonly record: Chronicle
  readonly shell: Shell
  readonly lanes: readonly FeedId[]
  /** By lane: the branch that is not replicated here. */
  readonly rivals = new Map<number, FeedMessage[]>()
  readonly self: Member
  /** Transactions made up so far. */
  numbers = 0
  #height = 0
  #round = 0
  readonly #ownFeeds: ReadonlyMap<FeedRole, FeedId>

  constructor(
    readonly context: Context<CounterState>,
    readonly scribe: Scribe,
    readonly setting: Setting,
    readonly random: Random,
    readonly lives: Lives,
  ) {
    const { network, self } = context
    const member = registryOf(network).memberOf(self)
    if (!member) throw new RangeError('nobody to make up a history for')
    this.self = member
    this.lanes = lanesOf(network.genesis)
    this.planner = new Planner(context, scribe)
    this.quorums = new Quorums(scribe)
    this.record = new Chronicle(this.planner.genesis)
    this.#ownFeeds = new Map(feedsOf(member))
    this.shell = new Shell(lives(null), scribe, (effects) => this.#heard(effects))
  }

  /** The height that the core works on. */
  get height(): number {
    return this.#height + 1
  }

  get messagenodes() {
    return this.context.network.genesis.messagenodes
  }

  get validators() {
    return this.context.network.genesis.validators
  }

  isOwn(feed: FeedId): boolean {
    return [...this.#ownFeeds.values()].includes(feed)
  }

  /** Mostly the height that is due, else one near it; seldom one beyond every window. */
  someHeight(): number {
    const { random, height } = this
    if (random.chance(0.8)) return height
    if (random.chance(0.1)) return height + random.integer(7, 12)
    return Math.max(1, height + random.pick([-2, -1, -1, 1, 1, 2]))
  }

  /** A round about where the core is. */
  someRound(height: number): number {
    const { random, setting } = this
    const here = height === this.height ? Math.max(this.#round, this.record.highest(height)) : 0
    return Math.max(0, here + random.integer(-1, setting.roundsAhead))
  }

  /** One of the Messagenodes whose words are made up; undefined if there is none. */
  someMessagenode() {
    const others = this.messagenodes.filter(({ id }) => id !== this.context.self)
    return others.length === 0 ? undefined : this.random.pick(others)
  }

  /** Nothing of it arrives but what is asked for. */
  isDammed(feed: FeedId): boolean {
    const lane = this.lanes.indexOf(feed)
    return lane >= 0 && lane < this.setting.dammed
  }

  /** Branches of a lane that go through a tip, the replicated one first. */
  branchesOf(lane: number, from: { readonly sequence: number; readonly tip: MessageKey }) {
    const feed = this.lanes[lane]
    if (feed === undefined) return []
    return [this.scribe.feed(feed), this.rivals.get(lane) ?? []].filter(
      (branch) => from.sequence === 0 || branch[from.sequence - 1]?.key === from.tip,
    )
  }

  /** Has somebody say it, in the feed where it belongs; sometimes something is wrong with it. */
  say(feed: FeedId, body: Body): FeedMessage {
    const { random, scribe, setting } = this
    const isLie = random.chance(setting.lies)
    const said = isLie ? mended(this, feed, altered(random, body, scribe.written)) : body
    const message = scribe.append(feed, encodeBody(said))
    this.record.note(message)
    return message
  }

  /** Shows it to the core: in its feed, by key, or not now. */
  send(message: FeedMessage): void {
    const { random, setting, shell } = this
    const lot = random.fraction()
    if (lot < setting.late) return
    if (lot < setting.late + setting.fetched) shell.fetch([message])
    else if (!this.isDammed(message.author)) shell.deliver(message.author)
  }

  /** Has somebody say it, and shows it to the core. */
  tell(feed: FeedId, body: Body): FeedMessage {
    const message = this.say(feed, body)
    this.send(message)
    return message
  }

  /** The core reads what it said, which is durable by now. */
  readOwn(isAll: boolean): void {
    const { random, setting, shell } = this
    for (let turn = 0; turn < 20; turn++) {
      const own = shell.outstanding().filter((feed) => this.isOwn(feed))
      if (own.length === 0) return
      for (const feed of own) if (isAll || !random.chance(setting.late)) shell.deliver(feed)
    }
  }

  /** A new life, from genesis or from a block that is sealed. */
  restart(from: Plan | null): void {
    this.#height = from?.height ?? 0
    this.#round = 0
    this.shell.restart(this.lives(from && this.record.originAt(from, this.planner)))
  }

  /** What is signed for a block: its results, or seldom others. */
  valueOf({ block, xRoot, stateRoot }: Plan) {
    const wrong = this.random.chance(this.setting.wrong) ? this.context.network.chainId : null
    return { block, xRoot: wrong ?? xRoot, stateRoot: wrong ?? stateRoot }
  }

  #heard(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'publish') this.#publish(effect)
      if (effect.kind === 'decided') {
        this.#height = effect.height
        this.#round = 0
        this.record.decided(effect.height, effect.value.block)
      }
      if (effect.kind === 'entered') this.#round = effect.round
    }
  }

  #publish(effect: Extract<Effect, { kind: 'publish' }>): void {
    const feed = this.#ownFeeds.get(effect.role)
    if (feed === undefined) throw new RangeError(`published in a foreign role: ${effect.role}`)
    const message = this.scribe.append(feed, contentOf(effect, this.scribe.keyOf(feed)))
    this.record.note(message)
    const { body } = message
    if (body.type !== 'assembled') return
    const parent = this.record.trunkAt(body.height - 1)
    if (parent) this.record.keep(this.planner.plan(parent, body.cut))
  }
}
