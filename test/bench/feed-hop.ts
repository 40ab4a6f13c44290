import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { CuredNetwork } from '../support/substrate/cured-nodes.js'
import { waitUntil } from '../support/wait-until.js'

/**
 * One feed hop: from calling `publish` in one process (sign, write ahead, sync, add) to `onMessage` in another,
 * one message at a time. Alone: `node --import tsx test/bench/feed-hop.ts`.
 */
export interface FeedHop {
  readonly messages: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
  /** All of them pushed at once: until the last one is visible on the other side. */
  readonly messagesPerSecond: number
}

interface Plan {
  readonly networkKey: string
  readonly warmUp: number
  readonly paced: number
  readonly pushed: number
  readonly periodMs: number
}

const WARM_UP = 50
const PERIOD_MS = 20

export const measureFeedHop = async ({ paced = 500, pushed = 5000 } = {}): Promise<FeedHop> => {
  const network = new CuredNetwork()
  const reader = await network.start()
  const plan: Plan = {
    networkKey: network.networkKey.toString('base64'),
    warmUp: WARM_UP,
    paced,
    pushed,
    periodMs: PERIOD_MS,
  }
  const child = fork(fileURLToPath(import.meta.url), ['publish', JSON.stringify(plan)])
  try {
    const { feed, address } = await nextMessage<{ feed: typeof reader.substrate.id; address: string }>(child)
    reader.substrate.request(feed, true)
    await new Promise((resolve) => reader.ssb.connect(address, resolve))

    // The monotonic clock is one for all processes of a machine.
    const arrivals: bigint[] = []
    reader.substrate.onMessage(() => arrivals.push(process.hrtime.bigint()))
    child.send('go')
    const { departures, pushedAt } = await nextMessage<{ departures: string[]; pushedAt: string }>(child)
    await waitUntil('everything arrived', () => arrivals.length === WARM_UP + paced + pushed, 120_000)

    const hops = departures
      .map((departure, index) => milliseconds(BigInt(departure), arrivals[index]))
      .slice(WARM_UP)
      .sort((a, b) => a - b)
    const at = (share: number): number =>
      hops[Math.min(hops.length - 1, Math.floor(hops.length * share))] ?? NaN
    return {
      messages: paced,
      p50Ms: at(0.5),
      p90Ms: at(0.9),
      p99Ms: at(0.99),
      messagesPerSecond: (1000 * pushed) / milliseconds(BigInt(pushedAt), arrivals.at(-1)),
    }
  } finally {
    const exited = once(child, 'exit')
    child.send('stop')
    await Promise.all([exited, network.close()])
  }
}

const publishPlan = async (plan: Plan): Promise<void> => {
  const network = new CuredNetwork(Buffer.from(plan.networkKey, 'base64'))
  const { ssb, substrate, keys } = await network.start()
  substrate.request(keys.id, true)
  process.send?.({ feed: keys.id, address: ssb.getAddress() })
  await once(process, 'message')
  await waitUntil('the reader is connected', () => substrate.peers().length > 0)
  const text = randomBytes(100).toString('hex')
  const departures: string[] = []
  for (let index = 0; index < plan.warmUp + plan.paced; index++) {
    departures.push(String(process.hrtime.bigint()))
    await substrate.publish(keys, { type: 'test', text })
    await new Promise((resolve) => setTimeout(resolve, plan.periodMs))
  }
  const pushedAt = String(process.hrtime.bigint())
  await Promise.all(
    Array.from({ length: plan.pushed }, () => substrate.publish(keys, { type: 'test', text })),
  )
  process.send?.({ departures, pushedAt })
  await once(process, 'message')
  await network.close()
  process.exit(0)
}

const milliseconds = (from: bigint, to: bigint | undefined): number => Number((to ?? from) - from) / 1e6

const nextMessage = async <T>(child: ChildProcess): Promise<T> => {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url)
const [mode, plan = ''] = process.argv.slice(2)
if (isMain && mode === 'publish') await publishPlan(JSON.parse(plan) as Plan)
else if (isMain) process.stdout.write(`${JSON.stringify(await measureFeedHop())}\n`, () => process.exit(0))
