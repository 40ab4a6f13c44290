import { createRequire } from 'node:module'

import type { ClassicMessage } from '../../../plugins/types/index.js'
import { pause } from '../wait-until.js'
import type { Member, Stack } from './stacks.js'

/** What is played on both stacks. Each scenario returns plain facts; the tests judge them. */
export const SCENARIOS = {
  starvation,
  'duplicate-in-window': duplicateInWindow,
  'late-joiner': lateJoiner,
  'long-message': longMessage,
  leaks,
} as const

export type ScenarioName = keyof typeof SCENARIOS
export type Facts<Name extends ScenarioName> = Awaited<ReturnType<(typeof SCENARIOS)[Name]>>

/** 50 messages a second: what reaches the disk, and can anyone connect, while traffic lasts? (D1, D2, D3) */
async function starvation(stack: Stack) {
  const [busy, stranger] = [await stack.start(), await stack.start()]
  const log = busy.sbot.db.getLog()
  const facts = { durableOffset: -1, indexDrained: false, connected: false }
  const traffic = startTraffic(busy, 20)
  await pause(500)
  busy.sbot.db.onDrain('base', () => (facts.indexDrained = true))
  stranger.sbot.connect(addressOf(busy), (error) => (facts.connected = !error))
  await pause(2500)
  const seen = { ...facts, durableOffset: log.since.value ?? -1 }
  traffic.stop()
  return seen
}

/** The same message from two peers within one batching window, then the next one. (D5) */
async function duplicateInWindow(stack: Stack) {
  const [author, receiver] = [await stack.start(), await stack.start()]
  for (let i = 0; i < 3; i++) await author.create({ type: 'test', i })
  const [first, second, third] = await readBack(author, 3)
  const add = (message: unknown): Promise<boolean> =>
    new Promise((resolve) => {
      receiver.sbot.db.add(message, (error: Error | null) => resolve(!error))
    })
  await Promise.all([add(first), add(first), add(second), add(third)])
  return { held: tailOf(receiver, author) }
}

/** A node that joins 1,000 messages late, while 50 more come every second. (D4) */
async function lateJoiner(stack: Stack) {
  const [author, joiner] = [await stack.start(), await stack.start()]
  for (let i = 0; i < 1000; i++) await author.create({ type: 'test', i })
  author.sbot.ebt.request(author.keys.id, true)
  joiner.sbot.ebt.request(author.keys.id, true)
  await pause(500)
  await connected(joiner, author)
  const traffic = startTraffic(author, 20)
  await pause(4000)
  const facts = { published: tailOf(author, author), held: tailOf(joiner, author) }
  traffic.stop()
  return facts
}

/** Content that fits SSB's limit while the whole message does not. (D9) */
async function longMessage(stack: Stack) {
  const [author, receiver] = [await stack.start(), await stack.start()]
  const content = { type: 'transaction', p: 'x'.repeat(8000) }
  const refusal = await author.create(content).then(
    () => null,
    (error: { readonly code?: string }) => error.code ?? 'no code',
  )
  await author.create({ type: 'test', i: 1 })
  author.sbot.ebt.request(author.keys.id, true)
  receiver.sbot.ebt.request(author.keys.id, true)
  await pause(500)
  await connected(receiver, author)
  await pause(1500)
  return { refusal, published: tailOf(author, author), held: tailOf(receiver, author) }
}

/** Does a message id keep its message in memory, does waiting for what holds already leave a listener? (D7) */
async function leaks(stack: Stack) {
  const { sbot } = await stack.start()
  const format = sbot.db.findFeedFormatByName('classic')
  const messages = Array.from({ length: 100 }, (_, sequence) => new WeakRef({ sequence } as ClassicMessage))
  for (const reference of messages) {
    const message = reference.deref()
    if (message !== undefined) format.getMsgId(message)
  }
  await pause(10)
  globalThis.gc?.()
  return {
    idsRetained: messages.filter((reference) => reference.deref() !== undefined).length,
    listenersLeft: await listenersLeftBehind(),
  }
}

const listenersLeftBehind = async (): Promise<number> => {
  const utilities = createRequire(import.meta.url)('ssb-db2/utils') as {
    onceWhen(observable: unknown, holds: () => boolean, then: () => void): void
  }
  let listeners = 0
  const alwaysReady = (listener: (value: boolean) => void) => {
    listeners++
    listener(true)
    return () => listeners--
  }
  for (let i = 0; i < 100; i++) {
    utilities.onceWhen(
      alwaysReady,
      () => true,
      () => undefined,
    )
  }
  await pause(10)
  return listeners
}

const startTraffic = (member: Member, periodMs: number): { stop(): void } => {
  const timer = setInterval(() => void member.create({ type: 'test', at: Date.now() }), periodMs)
  return { stop: () => clearInterval(timer) }
}

const addressOf = ({ sbot }: Member): string => sbot.getAddress() ?? ''

const connected = (from: Member, to: Member): Promise<void> =>
  new Promise((resolve, reject) => {
    from.sbot.connect(addressOf(to), (error) => (error ? reject(error) : resolve()))
  })

const tailOf = (at: Member, author: Member): number =>
  at.sbot.db.getState().get(author.keys.id)?.sequence ?? 0

const readBack = (author: Member, count: number): Promise<unknown[]> =>
  Promise.all(
    Array.from(
      { length: count },
      (_, index) =>
        new Promise((resolve, reject) => {
          author.sbot.getAtSequenceNativeMsg([author.keys.id, index + 1], 'classic', (error, message) =>
            error ? reject(error) : resolve(message),
          )
        }),
    ),
  )
