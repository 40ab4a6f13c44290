import type { AssembledBody, ClassicMessage, Hash, LaneAdvance, MessageOf } from '../../feeds/index.js'
import {
  type Cut,
  isAssembled,
  LANE_MESSAGES_LIMIT,
  LANE_UNITS_LIMIT,
  type LaneGrounds,
  type ParentBlock,
} from '../../protocol/index.js'
import { lanesOf, type Network } from '../../roles/index.js'
import type { Library } from '../reading/library.js'

/** The block that was executed last: what a proposal for the next height follows. */
export interface Executed {
  readonly slot: Hash
  readonly cut: Cut
}

/**
 * What stands against a proposal in the lanes, for whoever has the network file only; null where no source says what its
 * parent was made of. Content that is not here, or is more than a proof may hold, is left out: less is proved then.
 */
export const laneGrounds = async (
  network: Network,
  library: Library,
  executed: Executed,
  { body }: MessageOf<AssembledBody>,
): Promise<LaneGrounds | null> => {
  const parent = body.height === 1 ? null : await parentOf(library, executed, body)
  if (parent === undefined) return null
  const lanes = lanesOf(network.genesis)
  const content: ClassicMessage[] = []
  let units = 0
  for (const advance of body.cut) {
    const from = executed.cut[advance.lane]?.sequence ?? 0
    for await (const { value, size } of backwards(library, lanes[advance.lane], advance, from)) {
      units += size
      if (content.length === LANE_MESSAGES_LIMIT || units > LANE_UNITS_LIMIT) return { parent, content: [] }
      content.push(value)
    }
  }
  return { parent, content }
}

const parentOf = async (
  library: Library,
  { slot, cut }: Executed,
  { height, parent }: AssembledBody,
): Promise<ParentBlock | undefined> => {
  const before = await library.atHeight(height - 1)
  const proposal = before
    .filter(isAssembled)
    .find(({ body }) => body.block === parent && body.height === height - 1)
  if (!proposal) return undefined
  const { parent: grandparent, txRoot, txCount } = proposal.body
  return { slot, parent: grandparent, cut: [...cut], txRoot, txCount }
}

/** From the tip that names them down to where the parent ends. */
async function* backwards(
  library: Library,
  lane: string | undefined,
  { tip, sequence }: LaneAdvance,
  from: number,
): AsyncGenerator<{ readonly value: ClassicMessage; readonly size: number }> {
  let key: LaneAdvance['tip'] | null = tip
  for (let place = sequence; place > from && key !== null; place--) {
    const message = await library.message(key)
    const value = await library.value(key)
    if (!message || !value || message.author !== lane) return
    yield { value, size: message.size }
    key = message.previous
  }
}
