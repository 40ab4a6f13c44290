import { classicText, isClassicMessage, type MessageKey, messageKeyOfText } from '../../feeds/index.js'
import { CodedError } from '../../util/index.js'
import type { Arrival } from './merge.js'
import type { Screen } from './screen.js'
import type { FeedSource, SourceMessage } from './source.js'

/** A message whose form and key were checked, with what a screen says of its signature. */
export interface CheckedArrival extends Arrival {
  /** Its `classicText`. */
  readonly text: string
  /** Whether its author signed it; undefined for one that was read before. */
  readonly isSigned: boolean | undefined
}

/** Messages that a screen is asked about at once. */
const BATCH = 1024

interface Batch {
  readonly arrivals: readonly (Arrival & { readonly text: string; readonly asked: number | undefined })[]
  readonly signed: Promise<Uint8Array>
}

/**
 * Arrivals in their order, each looked at once: while some batches are with the screen, the next are read. What a
 * source throws, it throws after everything before it was given: so the first fault is the same however wide the screen.
 *
 * @throws CodedError as sources do, and `source-damaged`
 */
export async function* checkedBatches(
  sources: readonly FeedSource[],
  arrivals: AsyncIterable<Arrival>,
  screen: Screen,
  isKnown: (key: MessageKey) => boolean,
): AsyncGenerator<readonly CheckedArrival[]> {
  const waiting: Batch[] = []
  /** Keys in those batches. */
  const asked = new Set<MessageKey>()
  const iterator = arrivals[Symbol.asyncIterator]()
  let fault: { readonly error: unknown } | undefined
  for (let isEnd = false; !isEnd || waiting.length > 0;) {
    while (!isEnd && waiting.length < 2 * screen.width) {
      const read = await readBatch(sources, iterator, (key) => isKnown(key) || asked.has(key))
      fault = read.fault
      isEnd = read.isEnd
      for (const { stored } of read.arrivals) asked.add(stored.key)
      const signed = screen.check(
        read.arrivals.flatMap(({ stored: { value }, text, asked: place }) =>
          place === undefined ? [] : [{ value, text }],
        ),
      )
      // Awaited later; a fault before it must not leave it unheard.
      signed.catch(() => undefined)
      waiting.push({ arrivals: read.arrivals, signed })
    }
    const batch = waiting.shift()
    if (!batch) break
    const signed = await batch.signed
    for (const { stored } of batch.arrivals) asked.delete(stored.key)
    yield batch.arrivals.map(({ source, stored, text, asked: place }) => ({
      source,
      stored,
      text,
      isSigned: place === undefined ? undefined : signed[place] === 1,
    }))
  }
  if (fault) throw fault.error
}

interface Read {
  readonly arrivals: Batch['arrivals']
  readonly isEnd: boolean
  readonly fault: { readonly error: unknown } | undefined
}

const readBatch = async (
  sources: readonly FeedSource[],
  iterator: AsyncIterator<Arrival>,
  isKnown: (key: MessageKey) => boolean,
): Promise<Read> => {
  const arrivals: Batch['arrivals'][number][] = []
  const here = new Set<MessageKey>()
  let count = 0
  try {
    while (arrivals.length < BATCH) {
      const next = await iterator.next()
      if (next.done === true) return { arrivals, isEnd: true, fault: undefined }
      const { source, stored } = next.value
      const text = textOf(sources[source]?.name ?? '', stored)
      const isAsked = !isKnown(stored.key) && !here.has(stored.key)
      here.add(stored.key)
      arrivals.push({ source, stored, text, asked: isAsked ? count++ : undefined })
    }
    return { arrivals, isEnd: false, fault: undefined }
  } catch (error) {
    return { arrivals, isEnd: true, fault: { error } }
  }
}

/** Also of a message that was read before: the other source's copy must be what its key says. */
const textOf = (name: string, { key, value, position, text }: SourceMessage): string => {
  if (text !== undefined) return text
  const printed = isClassicMessage(value) ? classicText(value) : undefined
  if (printed !== undefined && messageKeyOfText(printed) === key) return printed
  throw damaged(name, position)
}

export const damaged = (name: string, position: number): CodedError =>
  new CodedError('source-damaged', `${name} holds something that its author did not sign (at ${position})`, {
    source: name,
    position,
  })
