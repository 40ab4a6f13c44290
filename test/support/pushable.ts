import type pull from 'pull-stream'

/** A pull-stream source of what is pushed into it, unbounded. */
export interface Pushable<T> {
  readonly source: pull.Source<T>
  push(item: T): void
  end(): void
}

export const pushable = <T>(): Pushable<T> => {
  const items: T[] = []
  let wake: (() => void) | undefined
  let ended = false
  const source: pull.Source<T> = (abort, callback) => {
    if (abort || ended) return callback(abort ?? true)
    const item = items.shift()
    if (item === undefined) wake = () => source(abort, callback)
    else callback(null, item)
  }
  const next = () => {
    const waiting = wake
    wake = undefined
    waiting?.()
  }
  return {
    source,
    push(item) {
      items.push(item)
      next()
    },
    end() {
      ended = true
      next()
    },
  }
}
