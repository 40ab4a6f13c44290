import { type ClassicMessage, type MessageKey, messageKeyOfValue } from '../../src/feeds/index.js'
import type { RangeArguments } from './arguments.js'
import type { ExchangeLimits } from './limits.js'
import { Page } from './page.js'
import type { MessageStore } from './store.js'
import { WireError } from './wire-error.js'

/**
 * One page of the branch that ends at the asked tip: from the asked sequence, ascending, up to the tip or the
 * bounds of a page.
 *
 * Content is named by its tip key (protocol section 1), and of a forked feed the asked branch need not be the one
 * held by sequence. So it is walked back along `previous` until it meets that one; below, reading goes by sequence.
 */
export const readRange = async (
  store: MessageStore,
  limits: ExchangeLimits,
  { feed, from, tip }: RangeArguments,
): Promise<readonly ClassicMessage[]> => {
  if (from <= (store.pruned(feed)?.sequence ?? 0)) throw new WireError('pruned')
  const last = await store.getByKey(tip)
  if (!last) throw new WireError('unknown-tip')
  if (last.author !== feed) throw new WireError('foreign-tip')

  const { trunkEnd, branch } = await walkBack(store, limits, last, tip, from)
  const page = new Page(limits)
  if (from <= trunkEnd && !(await readTrunk(store, page, feed, from, trunkEnd))) return page.messages
  for (const message of branch) if (!page.add(message)) break
  return page.messages
}

/** `branch`: ascending, what is not on the trunk. `trunkEnd`: last sequence that both share, below `branch`. */
const walkBack = async (
  store: MessageStore,
  limits: ExchangeLimits,
  tip: ClassicMessage,
  tipKey: MessageKey,
  from: number,
): Promise<{ readonly trunkEnd: number; readonly branch: readonly ClassicMessage[] }> => {
  const branch: ClassicMessage[] = []
  for (let message = tip, key = tipKey; message.sequence >= from;) {
    const { author, sequence, previous } = message
    const [held] = await store.readFeed(author, sequence, 1)
    if (held && messageKeyOfValue(held) === key) return { trunkEnd: sequence, branch: branch.reverse() }
    if (branch.length >= limits.branchLength) throw new WireError('branch-too-long')
    branch.push(message)
    if (sequence === from || previous === null) break
    const before = await store.getByKey(previous)
    if (!before) throw new WireError('missing-link')
    message = before
    key = previous
  }
  return { trunkEnd: 0, branch: branch.reverse() }
}

/** False if the page ended before the trunk did. */
const readTrunk = async (
  store: MessageStore,
  page: Page,
  feed: RangeArguments['feed'],
  from: number,
  to: number,
): Promise<boolean> => {
  for (let next = from; next <= to;) {
    const room = Math.min(page.room, CHUNK, to - next + 1)
    if (room <= 0) return false
    const messages = await store.readFeed(feed, next, room)
    if (messages.length === 0) throw new WireError('missing-link')
    for (const message of messages) if (!page.add(message)) return false
    next += messages.length
  }
  return true
}

/** Messages read at a time, so that a slow disk is noticed between two reads. */
const CHUNK = 64
