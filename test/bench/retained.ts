import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { lanesOf } from '../../src/roles/index.js'
import { waitUntil } from '../support/wait-until.js'
import { memberOf, network, open, speakerOf } from './lane-nodes.js'

/**
 * What stays in memory of a message for good. Two members in one process, one that publishes and one that replicates:
 * heap and external memory after forced collection, before and after a second stretch of messages, when every cache
 * has long been full.
 */
export interface Retained {
  readonly messages: number
  /** Of both members together. */
  readonly bytesPerMessage: number
  /** Open files and sockets of the process, before and after. */
  readonly handles: readonly [number, number]
}

interface Plan {
  readonly warmUp: number
  readonly measured: number
}

const BATCH = 500

const run = async ({ warmUp, measured }: Plan): Promise<Retained> => {
  const test = network()
  const paths = [await mkdtemp(join(tmpdir(), 'blockfin-a-')), await mkdtemp(join(tmpdir(), 'blockfin-b-'))]
  const author = await open(test, 'messagenode-1', paths[0] ?? '')
  const id = memberOf(test, 'messagenode-1').owner.id
  const holder = { id, address: author.substrate.address, onConnected: () => undefined }
  const reader = await open(test, 'observer-1', paths[1] ?? '', holder)
  await reader.dial()
  const lanes = lanesOf(test.network.genesis)
  const held = () => lanes.reduce((sum, lane) => sum + (reader.substrate.tip(lane)?.sequence ?? 0), 0)
  const say = speakerOf(test, author)
  let said = 0
  const stretch = async (count: number) => {
    for (const end = said + count; said < end;) {
      const size = Math.min(BATCH, end - said)
      await Promise.all(Array.from({ length: size }, () => say(said++)))
      await waitUntil('the reader holds it', () => held() === said, 60_000)
    }
    return { bytes: await settledBytes(), handles: (await readdir('/proc/self/fd')).length }
  }
  const before = await stretch(warmUp)
  const after = await stretch(measured)
  await Promise.all([author.substrate.close(), reader.substrate.close()])
  for (const path of paths) await rm(path, { recursive: true, force: true, maxRetries: 10 })
  return {
    messages: measured,
    bytesPerMessage: (after.bytes - before.bytes) / measured,
    handles: [before.handles, after.handles],
  }
}

/** After everything is written and collected: indexes hold their last batch for half a second. */
const settledBytes = async (): Promise<number> => {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    globalThis.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

export const measureRetained = async (warmUp = 100_000, measured = 100_000): Promise<Retained> => {
  const plan: Plan = { warmUp, measured }
  const child = fork(fileURLToPath(import.meta.url), ['run', JSON.stringify(plan)], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  })
  const [result] = (await once(child, 'message')) as [Retained]
  return result
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url)
const [mode, plan = ''] = process.argv.slice(2)
if (isMain && mode === 'run') {
  const result = await run(JSON.parse(plan) as Plan)
  process.send?.(result, () => process.exit(0))
}
