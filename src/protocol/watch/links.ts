import type { FeedId, MessageKey } from '../../feeds/index.js'
import { BoundedMap } from './bounded-map.js'

const LINKS_KEPT = 1024
/** A linked message that is not here so many decided heights later is not on its way, but perhaps on another branch. */
const HEIGHTS_WAITED = 3
/** A backlog of them is worked off over the heights to come. */
const FETCHES_PER_HEIGHT = 8

/** Keys that messages link and that no feed has brought yet. */
export class Links {
  readonly #open = new BoundedMap<MessageKey, { readonly from: FeedId; readonly height: number }>(LINKS_KEPT)

  expect(key: MessageKey, from: FeedId, height: number): void {
    if (!this.#open.get(key)) this.#open.set(key, { from, height })
  }

  arrived(key: MessageKey): void {
    this.#open.delete(key)
  }

  /** What is overdue now that a height was decided; each is given once. */
  overdueAt(decided: number): readonly { readonly key: MessageKey; readonly from: FeedId }[] {
    const overdue: { key: MessageKey; from: FeedId }[] = []
    for (const [key, { from, height }] of this.#open.entries()) {
      if (height + HEIGHTS_WAITED > decided) continue
      overdue.push({ key, from })
      if (overdue.length === FETCHES_PER_HEIGHT) break
    }
    for (const { key } of overdue) this.#open.delete(key)
    return overdue
  }
}
