import type { BlockEvent } from '../api/index.js'
import type { AssembledBody, CertificateBody, FeedId, FeedMessage } from '../feeds/index.js'
import type { Epoch } from '../roles/index.js'

/** Proposals and certificates kept of one height: enough for every Messagenode over several rounds. */
const EVENTS_PER_HEIGHT_LIMIT = 64
/** Heights are opened at most 9 ahead (protocol section 5); anything farther is somebody's invention. */
const HEIGHTS_AHEAD_LIMIT = 16

interface OpenBlock {
  readonly events: BlockEvent[]
  readonly cuts: AssembledBody['cut'][]
}

/** The steps that blocks took before they were decided, as seen here; forgotten once they are sealed. */
export class OpenBlocks {
  readonly #blocks = new Map<number, OpenBlock>()
  readonly #assemblers: ReadonlySet<FeedId>
  readonly #counters: ReadonlySet<FeedId>

  constructor({ messagenodes }: Epoch) {
    this.#assemblers = new Set(messagenodes.map(({ roles }) => roles['block-assembler']))
    this.#counters = new Set(messagenodes.map(({ roles }) => roles['precommit-counter']))
  }

  /** The step a message means, or null if it means none or was seen already. `executedHeight` bounds memory. */
  add({ author, key, body }: FeedMessage, executedHeight: number): BlockEvent | null {
    const opens =
      (body.type === 'assembled' && this.#assemblers.has(author)) ||
      (body.type === 'precommitted' && !body.skip && this.#counters.has(author))
    if (!opens || body.height <= executedHeight || body.height > executedHeight + HEIGHTS_AHEAD_LIMIT)
      return null
    const block = this.#open(body.height)
    if (block.events.length >= EVENTS_PER_HEIGHT_LIMIT) return null
    const event = stepOf(key, body)
    const seen = block.events.some(
      (other) => other.stage === event.stage && other.round === event.round && other.block === event.block,
    )
    if (seen) return null
    block.events.push(event)
    if (body.type === 'assembled') block.cuts.push(body.cut)
    return event
  }

  events(height: number): readonly BlockEvent[] {
    return this.#blocks.get(height)?.events ?? []
  }

  /** Does a proposal for a height above this one take the lane this far? */
  covers(lane: number, sequence: number, executedHeight: number): boolean {
    for (const [height, { cuts }] of this.#blocks) {
      if (height <= executedHeight) continue
      if (cuts.some((cut) => cut.some((to) => to.lane === lane && to.sequence >= sequence))) return true
    }
    return false
  }

  /** Forgets this height and everything below. */
  close(height: number): void {
    for (const open of this.#blocks.keys()) if (open <= height) this.#blocks.delete(open)
  }

  #open(height: number): OpenBlock {
    const known = this.#blocks.get(height)
    if (known) return known
    const block = { events: [], cuts: [] }
    this.#blocks.set(height, block)
    return block
  }
}

const stepOf = (message: string, body: AssembledBody | CertificateBody): BlockEvent => ({
  stage: body.type === 'assembled' ? 'assembled' : 'precommitted',
  height: body.height,
  round: body.round,
  block: body.block,
  message,
  txCount: body.type === 'assembled' ? body.txCount : null,
  failed: null,
})
