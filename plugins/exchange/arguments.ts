import type { FeedId, MessageKey } from '../../src/feeds/index.js'
import { isFeedId, isMessageKey } from '../../src/feeds/index.js'
import { WireError } from './wire-error.js'

/** The gate of the exchange: what a peer passes is checked whole here, before anything is read. */

/** @throws WireError `malformed-arguments`, `too-many-items` */
export const parseKeys = (parameters: readonly unknown[], limit: number): readonly MessageKey[] => {
  const [keys] = exactly(1, parameters)
  return list(keys, isMessageKey, limit)
}

/** @throws WireError `malformed-arguments`, `too-many-items` */
export const parseFeeds = (parameters: readonly unknown[], limit: number): readonly FeedId[] => {
  const [feeds] = exactly(1, parameters)
  return list(feeds, isFeedId, limit)
}

export interface RangeArguments {
  readonly feed: FeedId
  readonly from: number
  readonly tip: MessageKey
}

/** @throws WireError `malformed-arguments` */
export const parseRange = (parameters: readonly unknown[]): RangeArguments => {
  const [feed, from, tip] = exactly(3, parameters)
  if (!isFeedId(feed) || !isMessageKey(tip)) throw new WireError('malformed-arguments')
  if (typeof from !== 'number' || !Number.isSafeInteger(from) || from < 1)
    throw new WireError('malformed-arguments')
  return { feed, from, tip }
}

const exactly = (count: number, parameters: readonly unknown[]): readonly unknown[] => {
  if (parameters.length !== count) throw new WireError('malformed-arguments')
  return parameters
}

const list = <T>(value: unknown, isItem: (item: unknown) => item is T, limit: number): readonly T[] => {
  if (!Array.isArray(value)) throw new WireError('malformed-arguments')
  if (value.length > limit) throw new WireError('too-many-items')
  const items: readonly unknown[] = value
  if (!items.every(isItem)) throw new WireError('malformed-arguments')
  return [...new Set(items)]
}
