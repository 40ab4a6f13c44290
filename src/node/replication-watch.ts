import type { FeedId } from '../feeds/index.js'
import type { Link } from './link.js'
import type { NodeHost } from './node-host.js'

/** How often a validator looks whether a Messagenode holds what it published. */
const CHECK_MS = 50

/** Tells the service when Messagenodes are newly known to hold the own lane, until the answer is called. */
export const watchReplication = (
  lane: FeedId,
  { substrate }: Pick<Link, 'substrate'>,
  host: Pick<NodeHost, 'replicatedTo' | 'replicated'>,
): (() => void) => {
  let known = 0
  const timer = setInterval(() => {
    const sequence = substrate.tip(lane)?.sequence ?? 0
    if (sequence === known || host.replicatedTo(lane, known + 1).length === 0) return
    known = host.replicatedTo(lane, sequence).length > 0 ? sequence : known + 1
    host.replicated()
  }, CHECK_MS)
  return () => clearInterval(timer)
}
