import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Link } from '../../src/node/link.js'
import { lanesOf } from '../../src/roles/index.js'
import { waitUntil } from '../support/wait-until.js'
import { type Holder, memberOf, network, open, speakerOf } from './lane-nodes.js'

/**
 * A member that comes late: a Messagenode, in a process of its own, holds this many lane messages that it lacks,
 * while more come in. From the connection until everything held at that moment is held here, verified.
 */
export interface CatchUp {
  readonly messagesBehind: number
  readonly trafficPerSecond: number
  readonly seconds: number
  readonly messagesPerSecond: number
  /** Messages that came in meanwhile, and arrived. */
  readonly arrivedMeanwhile: number
}

interface Plan {
  readonly messages: number
  readonly trafficPerSecond: number
}

/** The holder's process: writes the backlog, then goes on at the pace of the plan. */
const hold = async ({ messages, trafficPerSecond }: Plan): Promise<void> => {
  const test = network()
  const path = await mkdtemp(join(tmpdir(), 'blockfin-holder-'))
  const link = await open(test, 'messagenode-1', path)
  const say = speakerOf(test, link)
  for (let index = 0; index < messages; index += 1_000) {
    const size = Math.min(1_000, messages - index)
    await Promise.all(Array.from({ length: size }, (_, offset) => say(index + offset)))
  }
  const { host, port } = link.substrate.address
  process.send?.({ host, port })
  await once(process, 'message')
  let index = messages
  const timer = setInterval(() => void say(index++), 1000 / trafficPerSecond)
  await once(process, 'message')
  clearInterval(timer)
  await link.substrate.close()
  await rm(path, { recursive: true, force: true, maxRetries: 10 })
  process.exit(0)
}

export const measureCatchUp = async (messages = 50_000, trafficPerSecond = 50): Promise<CatchUp> => {
  const test = network()
  const plan: Plan = { messages, trafficPerSecond }
  const path = await mkdtemp(join(tmpdir(), 'blockfin-late-'))
  const holder = fork(fileURLToPath(import.meta.url), ['hold', JSON.stringify(plan)], {
    execArgv: ['--import', 'tsx'],
  })
  const lanes = lanesOf(test.network.genesis)
  const id = memberOf(test, 'messagenode-1').owner.id
  const address = await nextMessage<Holder['address']>(holder)
  let fetched: Promise<unknown> = Promise.resolve()
  const onConnected = (link: Link): void => {
    fetched = link.catchUpFrom(id, lanes, 200)
  }
  const late = await open(test, 'observer-1', path, { id, address, onConnected })
  try {
    const held = () => lanes.reduce((sum, lane) => sum + (late.substrate.tip(lane)?.sequence ?? 0), 0)
    let arrived = 0
    late.substrate.onMessage(() => arrived++)
    holder.send('go')
    const startedAt = performance.now()
    await late.dial()
    await waitUntil('everything came', () => held() >= messages, 120_000)
    const seconds = (performance.now() - startedAt) / 1000
    await fetched
    const arrivedMeanwhile = arrived - messages
    return {
      messagesBehind: messages,
      trafficPerSecond,
      seconds,
      messagesPerSecond: messages / seconds,
      arrivedMeanwhile,
    }
  } finally {
    const exited = once(holder, 'exit')
    holder.send('stop')
    await Promise.all([exited, late.substrate.close()])
    await rm(path, { recursive: true, force: true, maxRetries: 10 })
  }
}

const nextMessage = async <T>(child: ChildProcess): Promise<T> => {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url)
const [mode, plan = ''] = process.argv.slice(2)
if (isMain && mode === 'hold') await hold(JSON.parse(plan) as Plan)
else if (isMain)
  process.stdout.write(`${JSON.stringify(await measureCatchUp(Number(process.env['N'] ?? 50000)))}\n`, () =>
    process.exit(0),
  )
