import type { TransactionStatus } from '../api/index.js'
import type { ChainView, ViewEvent } from '../chain-store/index.js'
import type { Hash } from '../feeds/index.js'
import type { EventStream } from './event-stream.js'

/**
 * The three streams of `GET /v1/events`. Each listens first and then tells the present state, so that nothing falls
 * between the two; a stream about one thing ends with that thing's seal.
 */
type Open = (onClose: () => void) => EventStream

/** Every block as it is committed and sealed. */
export const followBlocks = <State>(view: ChainView<State>, open: Open): void => {
  let stop = (): void => {}
  const stream = open(() => stop())
  stop = view.subscribe((event) => {
    if (event.kind !== 'step') return
    const { step } = event
    if (step.stage === 'committed' || step.stage === 'sealed') stream.send(step.stage, step)
  })
}

/** One block's life. Events that arrive while the past is read wait behind it; none is sent twice. */
export const followBlock = <State>(view: ChainView<State>, height: number, open: Open): void => {
  const sent = new Set<string>()
  let stop = (): void => {}
  const stream = open(() => stop())
  const follower = serial(stream, async () => {
    for (const step of await view.blockSteps(height)) {
      if (sent.has(step.message)) continue
      sent.add(step.message)
      stream.send(step.stage, step)
      if (step.stage === 'sealed') stream.end()
    }
  })
  stop = view.subscribe((event) => {
    if (event.kind === 'step' && event.step.height === height) follower()
  })
  follower()
}

/** One transaction's life, as its whole status each time that changes. */
export const followTransaction = <State>(view: ChainView<State>, hash: Hash, open: Open): void => {
  let last: TransactionStatus | null = null
  let stop = (): void => {}
  const stream = open(() => stop())
  const follower = serial(stream, async () => {
    const status = await view.transactionStatus(hash)
    if (JSON.stringify(status) === JSON.stringify(last)) return
    last = status
    stream.send('transaction', status)
    if (status.state === 'sealed') stream.end()
  })
  stop = view.subscribe((event) => {
    if (concerns(event, hash, last)) follower()
  })
  follower()
}

/** Keeps a subscriber from reading the store at every event of a busy chain. */
const concerns = (event: ViewEvent, hash: Hash, last: TransactionStatus | null): boolean => {
  switch (event.kind) {
    case 'received':
      return (last === null || last.state === 'unknown') && event.hashes.includes(hash)
    case 'replicated':
      return last !== null && last.state === 'received' && !last.replicated
    case 'executed':
      return event.hashes.has(hash)
    case 'step':
      if (event.step.stage === 'assembled') return last === null || last.state === 'received'
      return event.step.stage === 'sealed' && (last === null || last.block?.height === event.step.height)
  }
}

/** Runs `task` again after each call, never twice at once, and once more for all calls made meanwhile. */
const serial = (stream: EventStream, task: () => Promise<void>): (() => void) => {
  let running = false
  let again = false
  const run = async (): Promise<void> => {
    running = true
    do {
      again = false
      await task()
    } while (again && !stream.closed)
    running = false
  }
  return () => {
    if (running) again = true
    else if (!stream.closed) run().catch(() => stream.end())
  }
}
