import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import type { SsbKeys } from '../../plugins/types/index.js'
import type { ClassicMessage, FeedId } from '../../src/feeds/index.js'
import { checkPortFree } from '../../src/node/port.js'

/** A stock ssb-server 16 in a process of its own, asked over IPC. */
export interface StockServer {
  readonly id: FeedId
  readonly address: string
  follow(feed: FeedId): Promise<void>
  connect(address: string): Promise<void>
  /** Newest sequence held of each feed. */
  clock(): Promise<Readonly<Partial<Record<FeedId, number>>>>
  messages(feed: FeedId): Promise<readonly ClassicMessage[]>
  stop(): Promise<void>
}

export interface StockServerOptions {
  readonly path: string
  readonly keys: SsbKeys
  readonly networkKey: Uint8Array
  /** How far it follows follows: a Messagenode, its validators, their role feeds. */
  readonly hops: number
}

const RUNNER = fileURLToPath(new URL('stock-ssb-server.cjs', import.meta.url))
const PATIENCE_MS = 15_000

export const startStockServer = async (options: StockServerOptions): Promise<StockServer> => {
  const port = await checkPortFree({ host: '127.0.0.1', port: 0 })
  const networkKey = Buffer.from(options.networkKey).toString('base64')
  const child = fork(RUNNER, [JSON.stringify({ ...options, networkKey, port })], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => output.push(String(text)))
  const ask = asker(child, output)
  const { address } = (await ask.ready) as { address: string }
  return {
    id: options.keys.id,
    address,
    follow: async (feed) => void (await ask.order('follow', { feed })),
    connect: async (to) => void (await ask.order('connect', { address: to })),
    clock: async () => (await ask.order('clock')) as Record<FeedId, number>,
    messages: async (feed) => (await ask.order('messages', { feed })) as ClassicMessage[],
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Reply {
  readonly id?: number
  readonly ready?: true
  readonly error?: string | null
  readonly value?: unknown
}

const asker = (child: ChildProcess, output: readonly string[]) => {
  const waiting = new Map<number | 'ready', Waiting>()
  let last = 0
  const wait = (id: number | 'ready', what: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`stock ssb-server ${why} (${what})\n${output.join('')}`))
      const timer = setTimeout(() => fail('did not answer'), PATIENCE_MS)
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer)
          waiting.delete(id)
          settle(value)
        }
      }
      waiting.set(id, { resolve: settled(resolve), reject: settled(({ message }: Error) => fail(message)) })
    })
  child.on('message', (reply: Reply) => {
    const answer = waiting.get(reply.ready ? 'ready' : (reply.id ?? -1))
    if (reply.error) answer?.reject(new Error(reply.error))
    else answer?.resolve(reply.ready ? reply : reply.value)
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`exited with ${code}`))
  })
  return {
    ready: wait('ready', 'start'),
    order(order: string, parameters: object = {}) {
      const id = ++last
      const answer = wait(id, order)
      child.send({ id, order, ...parameters })
      return answer
    },
  }
}
