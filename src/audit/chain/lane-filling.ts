import type { AssembledBody, FeedId, FeedMessage, MessageKey, MessageOf } from '../../feeds/index.js'
import type { Replay } from '../../protocol/index.js'
import type { Library } from '../reading/library.js'

/**
 * Gives a replay what the next block may consist of: the next messages of every lane, as far as one core would read
 * ahead, and, where a lane has several branches, those that proposals name.
 */
export const fillLanes = async <State>(
  replay: Replay<State>,
  library: Library,
  lanes: readonly FeedId[],
  proposals: readonly MessageOf<AssembledBody>[],
): Promise<void> => {
  for (const lane of lanes) {
    for (let next = replay.haveOf(lane) + 1; replay.wantsMore(lane); next++) {
      const message = await library.at(lane, next)
      if (!message) break
      replay.hold(message)
    }
  }
  for (const { body } of proposals) {
    for (const { lane, tip } of body.cut) {
      const feed = lanes[lane]
      if (feed !== undefined && library.isForked(feed)) {
        await followBranch(replay, library, feed, tip, replay.cut[lane]?.sequence ?? 0)
      }
    }
  }
}

/** Messages of a branch walked back at most: more than any block takes. */
const BRANCH_LIMIT = 4096

/** Back from the tip that names the branch, down to where the chain stands. */
const followBranch = async <State>(
  replay: Replay<State>,
  library: Library,
  feed: FeedId,
  tip: MessageKey,
  base: number,
): Promise<void> => {
  let key: MessageKey | null = tip
  for (let steps = 0; key !== null && steps < BRANCH_LIMIT; steps++) {
    const message: FeedMessage | undefined = await library.message(key)
    if (!message || message.author !== feed || message.sequence <= base) return
    replay.hold(message)
    key = message.previous
  }
}
