import type { HealthReport } from '../../api/index.js'
import type { FeedId, FeedMessage } from '../../feeds/index.js'
import type { Epoch, Network, Registry } from '../../roles/index.js'
import type { Link } from '../link.js'
import type { DiskWatch } from './disk-watch.js'
import { judgeHealth } from './judge.js'
import { PeerClocks } from './peer-clocks.js'
import { PeerHeights } from './peer-heights.js'

export interface HealthPorts {
  readonly network: Network
  readonly self: FeedId
  readonly epoch: () => Epoch
  readonly registry: () => Registry
  readonly link: Pick<Link, 'stalls'> & {
    readonly substrate: Pick<Link['substrate'], 'tip' | 'claims' | 'peers'>
  }
  readonly disk: DiskWatch
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Gathers what a node's health is judged by; asked, it judges anew. */
export class HealthMonitor {
  readonly #heights: PeerHeights
  readonly #clocks = new PeerClocks()
  #isLive = false

  constructor(private readonly ports: HealthPorts) {
    const { substrate } = ports.link
    this.#heights = new PeerHeights({
      faultyMessagenodes: ports.network.parameters.faultyMessagenodes,
      held: (feed) => substrate.tip(feed)?.sequence ?? 0,
      claims: (feed) => substrate.claims(feed),
    })
  }

  /** Every message from the first of the replay on. */
  hear(message: FeedMessage): void {
    this.#heights.hear(message)
    const member = this.ports.registry().placeOf(message.author)?.member.id
    // Old messages, fetched or replayed, say nothing of anyone's clock now.
    if (this.#isLive && member !== undefined && member !== this.ports.self) {
      this.#clocks.note(member, message.timestamp, this.ports.now())
    }
  }

  report(core: {
    readonly started: boolean
    readonly halted: string | null
    readonly laneClosed: boolean
    readonly decidedHeight: number
  }): HealthReport {
    const { network, self, link, disk } = this.ports
    const epoch = this.ports.epoch()
    const report = judgeHealth({
      self,
      epoch,
      faultyMessagenodes: network.parameters.faultyMessagenodes,
      ...core,
      peers: link.substrate.peers(),
      highestHeight: this.#heights.highest(epoch.messagenodes.filter(({ id }) => id !== self)),
      disk: disk.trouble(),
      clockOffsetMs: this.#clocks.offsetMs(this.ports.now()),
      stalledFeeds: link.stalls.stalled().length,
    })
    this.#isLive = core.started && report.behindHeights === 0
    return report
  }
}
