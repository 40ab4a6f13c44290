import { feedIdOf, type FeedId, type FeedMessage, messageKeyOf, sha256 } from '../../src/feeds/index.js'
import { utf8 } from '../../src/util/index.js'

/** Ids, keys and messages that follow from a label, for tests of what passes messages on without reading them. */

export const feedNamed = (label: string): FeedId => feedIdOf(sha256(utf8(label)))

export const keyNamed = (label: string) => messageKeyOf(sha256(utf8(label)))

export const messageOf = (author: FeedId, sequence: number): FeedMessage => ({
  key: keyNamed(`${author} ${sequence}`),
  author,
  sequence,
  previous: sequence === 1 ? null : keyNamed(`${author} ${sequence - 1}`),
  timestamp: sequence,
  size: 500,
  body: { type: 'junk', code: 'not-looked-at' },
})

export const feedWith = (label: string, count: number): readonly FeedMessage[] =>
  Array.from({ length: count }, (_, index) => messageOf(feedNamed(label), index + 1))

/** A promise in the hand of the test. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
  reject(error: unknown): void
}

export const deferred = <Value>(): Deferred<Value> => {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
