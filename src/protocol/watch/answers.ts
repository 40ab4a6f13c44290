import type { FeedMessage } from '../../feeds/index.js'
import { isAssembled } from '../book.js'
import { isVote, voteRound, voteStage } from '../votes.js'

/** Heights of one feed whose votes and proposals are remembered, and how many of each: honest rounds are few. */
const HEIGHTS_KEPT = 64
const ANSWERS_PER_HEIGHT = 64
/** Skips are rare in an honest feed; they are kept longer, since commits stand in another feed. */
const SKIPS_KEPT = 1024

/** What a vote or proposal answers, once per member: its stage and round; undefined for other messages. */
export const questionOf = (message: FeedMessage): string | undefined => {
  if (isVote(message)) return `${voteStage(message)} ${voteRound(message)}`
  return isAssembled(message) ? `assembled ${message.body.round}` : undefined
}

export type Recalled =
  | { readonly kind: 'known'; readonly message: FeedMessage }
  | { readonly kind: 'none' }
  /** There may have been one, long ago. */
  | { readonly kind: 'forgotten' }

const NONE: Recalled = { kind: 'none' }
const FORGOTTEN: Recalled = { kind: 'forgotten' }

/** The votes, or the proposals, of one feed: by height and question. */
export class Answers {
  readonly #heights = new Map<number, Map<string, FeedMessage>>()
  readonly #skips = new Map<string, FeedMessage>()
  #forgotten = 0
  #forgottenSkip = 0

  recall(height: number, question: string): Recalled {
    const isSkip = question.startsWith('skip')
    const message = this.#heights.get(height)?.get(question) ?? this.#skips.get(`${height} ${question}`)
    if (message) return { kind: 'known', message }
    return height <= (isSkip ? this.#forgottenSkip : this.#forgotten) ? FORGOTTEN : NONE
  }

  /** What is remembered of a height. */
  at(height: number): Iterable<FeedMessage> {
    return this.#heights.get(height)?.values() ?? []
  }

  /** Earlier messages of the feed were left unread: what they answered up to this height is as good as forgotten. */
  missed(height: number): void {
    this.#forgotten = Math.max(this.#forgotten, height)
    this.#forgottenSkip = Math.max(this.#forgottenSkip, height)
  }

  note(height: number, question: string, message: FeedMessage): void {
    if (question.startsWith('skip')) this.#noteSkip(height, question, message)
    if (height <= this.#forgotten) return
    const answers = this.#heights.get(height) ?? new Map<string, FeedMessage>()
    this.#heights.set(height, answers)
    if (answers.size < ANSWERS_PER_HEIGHT) answers.set(question, message)
    else this.#forget(height)
    if (this.#heights.size > HEIGHTS_KEPT) this.#forget(Math.min(...this.#heights.keys()))
  }

  #forget(height: number): void {
    this.#forgotten = Math.max(this.#forgotten, height)
    for (const old of this.#heights.keys()) if (old <= height) this.#heights.delete(old)
  }

  #noteSkip(height: number, question: string, message: FeedMessage): void {
    this.#skips.set(`${height} ${question}`, message)
    const [oldest] = this.#skips
    if (this.#skips.size <= SKIPS_KEPT || !oldest) return
    const [name, { body }] = oldest
    this.#skips.delete(name)
    if ('height' in body) this.#forgottenSkip = Math.max(this.#forgottenSkip, body.height)
  }
}
