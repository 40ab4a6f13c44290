import {
  type ClassicMessage,
  type FeedId,
  type FeedMessage,
  messageKeyOfValue,
  parseMessage,
} from '../../feeds/index.js'

type ReadFeed = (feed: FeedId, from: number, limit: number) => Promise<readonly ClassicMessage[]>

/** Votes of one height in one feed; rounds are few. */
const PAGE = 64
const LAST = 2 ** 32

/**
 * The messages of one height in a feed whose heights ascend, by halving: a few reads however long the feed. In a feed
 * whose heights do not ascend it may find none; then the step back convicts its author already.
 */
export const atHeight = async (
  readFeed: ReadFeed,
  feed: FeedId,
  height: number,
): Promise<readonly FeedMessage[]> => {
  const first = await firstWhere(async (sequence) => {
    const [message] = await page(readFeed, feed, sequence, 1)
    return message === undefined || heightOf(message) >= height
  })
  const found = await page(readFeed, feed, first, PAGE)
  return found.filter((message) => heightOf(message) === height)
}

/** The lowest number from 1 on for which this holds, if it holds for all above. */
const firstWhere = async (holds: (number: number) => Promise<boolean>): Promise<number> => {
  let [below, above] = [0, LAST]
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2)
    if (await holds(middle)) above = middle
    else below = middle
  }
  return above
}

const page = async (
  readFeed: ReadFeed,
  feed: FeedId,
  from: number,
  limit: number,
): Promise<readonly FeedMessage[]> =>
  (await readFeed(feed, from, limit)).map((value) => parseMessage(messageKeyOfValue(value), value))

const heightOf = ({ body }: FeedMessage): number => ('height' in body ? body.height : 0)
