import { TestAccount } from '../account.js'
import {
  type ArchiveAudit,
  auditedArchive,
  eventually,
  LiveNetwork,
  type LiveNetworkOptions,
  settledFeeds,
} from '../live-network/index.js'
import type { Random } from '../simulation/random.js'
import { pause } from '../wait-until.js'
import type { Blow, Hit } from './blows.js'
import { judge, type Judgement } from './judge.js'
import { SteadyLoad } from './load.js'

const BALANCE = 1_000_000n

/** A live network under steady traffic, to which blows are dealt, and which is judged by its feeds in the end. */
export class FaultRun {
  readonly hits: Hit[] = []

  private constructor(
    readonly network: LiveNetwork,
    readonly accounts: readonly TestAccount[],
    readonly load: SteadyLoad,
  ) {}

  static async begin(options: LiveNetworkOptions = {}): Promise<FaultRun> {
    const accounts = ['alice', 'bob', 'carol', 'dave'].map((label) => new TestAccount(label))
    const balances = new Map(accounts.map(({ id }) => [id, BALANCE]))
    const network = await LiveNetwork.create({ ...options, balances })
    try {
      await network.start()
      await network.ready()
    } catch (error) {
      await network.close()
      throw error
    }
    const load = new SteadyLoad(network, accounts)
    load.start()
    return new FaultRun(network, accounts, load)
  }

  get kills(): number {
    return this.hits.reduce((sum, { kills }) => sum + kills, 0)
  }

  /** Deals a blow, and leaves the network a random while to itself. */
  async deal(blow: Blow, random: Random, restMs = random.between(0, 800)): Promise<Hit> {
    const hit = await blow(this.network, random)
    this.hits.push(hit)
    await pause(restMs)
    return hit
  }

  /** Highest height that any validator has sealed, of those that answer. */
  async sealedHeight(): Promise<number> {
    const heights = await Promise.all(
      this.network.validators.map((name) =>
        this.network.status(name).then(
          ({ sealedHeight }) => sealedHeight,
          () => 0,
        ),
      ),
    )
    return Math.max(...heights)
  }

  /** Waits until so many further heights are sealed. Gives how long that took, in milliseconds. */
  async goesOn(heights: number, timeoutMs = 60_000): Promise<number> {
    const began = performance.now()
    const from = await this.sealedHeight()
    let last = from
    await eventually(
      `${heights} heights above ${from} are sealed`,
      async () => {
        last = await this.sealedHeight()
        return last >= from + heights || undefined
      },
      { timeoutMs, seen: () => `sealed is ${last}` },
    ).catch(async (cause: unknown) => {
      throw new Error(`where they stand: ${(await this.#standings()).join('; ')}`, { cause })
    })
    return performance.now() - began
  }

  /** Waits until a node has sealed what the others have at this moment. Gives how long that took, in milliseconds. */
  async reaches(name: string, timeoutMs = 60_000): Promise<number> {
    const began = performance.now()
    const goal = await this.sealedHeight()
    let last = 0
    await eventually(
      `${name} has sealed ${goal}`,
      async () => {
        last = (await this.network.status(name)).sealedHeight
        return last >= goal || undefined
      },
      { timeoutMs, seen: () => `sealed is ${last}` },
    )
    return performance.now() - began
  }

  /** Where each node stands, and what it complains of: for whoever looks at a network that does not go on. */
  #standings(): Promise<readonly string[]> {
    return Promise.all(
      this.network.nodes.map((name) =>
        this.network.status(name).then(
          ({ height, round, executedHeight, sealedHeight, peers, problems }) =>
            `${name} ${JSON.stringify({ height, round, executedHeight, sealedHeight, peers, problems })}`,
          (error: unknown) => `${name} does not answer: ${String(error)}`,
        ),
      ),
    )
  }

  /** Ends the traffic, lets everything settle, judges, and has an archive of it all audited. */
  async end(timeoutMs = 120_000): Promise<Judgement & { readonly audit: ArchiveAudit }> {
    await this.load.stop()
    const held = await settledFeeds(this.network, { timeoutMs })
    const { network, accounts, load } = this
    const { acknowledged } = load
    const judgement = await judge({ network, held, accounts, genesisBalance: BALANCE, acknowledged })
    return { ...judgement, audit: await auditedArchive(network) }
  }
}

/** What a sound run is judged as; heights and transactions are asked for beside it. */
export const SOUND = {
  forks: [],
  faults: [],
  lost: [],
  repeated: [],
  surplus: 0n,
  audit: { exitCode: 0, findings: [] },
} as const
