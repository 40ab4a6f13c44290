import type { ClassicMessage, FeedId, MessageKey } from '../../feeds/index.js'
import type { Millis } from '../../protocol/index.js'

/** Where an audit reads feeds: a node's data directory, an archive, or messages in memory. */
export interface FeedSource {
  /** What people call it, such as its path. */
  readonly name: string
  /** Where feeds begin that were pruned: the last message that is gone of each. Left out: all are whole. */
  readonly beginnings?: readonly FeedBeginning[]
  /** Main id of the member whose node received the messages, if that is known. */
  readonly member?: FeedId | undefined
  /**
   * Every message, each feed ascending from its first one, in the order in which the node received them.
   * @throws CodedError if what is there cannot be what a node stored
   */
  messages(): AsyncIterable<SourceMessage>
  /** A message again, by the position at which it was given. */
  read(position: number): Promise<ClassicMessage>
  /** Proofs of misbehaviour that are kept beside the feeds, as JSON of whatever worth. */
  proofs(): AsyncIterable<unknown>
  close(): Promise<void>
}

/** The last message of a feed that is not there any more. */
export interface FeedBeginning {
  readonly feed: FeedId
  readonly sequence: number
  readonly key: MessageKey
}

export interface SourceMessage {
  /** The key under which it was stored. */
  readonly key: MessageKey
  readonly value: ClassicMessage
  /** When it was received there; under no signature, so nothing that is proved depends on it. */
  readonly receivedAt: Millis
  /** Names the message in this source; a safe integer below 2^40. */
  readonly position: number
  /**
   * The message's `classicText`, from a source that has checked the form of the value and that the key is the text's;
   * left out, the audit does both.
   */
  readonly text?: string
}

/** Messages that are in memory already, in their order of arrival. */
export const memorySource = (
  name: string,
  messages: readonly Omit<SourceMessage, 'position'>[],
  member?: FeedId,
): FeedSource => ({
  name,
  member,
  async *messages() {
    for (const [position, message] of messages.entries())
      yield await Promise.resolve({ ...message, position })
  },
  read: (position) => {
    const message = messages[position]
    return message ? Promise.resolve(message.value) : Promise.reject(new RangeError('no such position'))
  },
  async *proofs() {
    yield* await Promise.resolve([])
  },
  close: () => Promise.resolve(),
})
