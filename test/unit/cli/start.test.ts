import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { runNode } from '../../../src/cli/commands/start.js'
import type { Terminal } from '../../../src/cli/kit/index.js'
import type { FeedId } from '../../../src/feeds/index.js'
import type { RunningNode, StartOptions } from '../../../src/node/index.js'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => vi.useRealTimers())

const given = { dir: 'alpha', network: undefined, passphraseFile: undefined }
const never = new Promise<never>(() => undefined)

/** A command that starts these nodes one after the other; what it said, asked for and closed. */
const setting = (lives: readonly Partial<RunningNode>[]) => {
  const stop = new AbortController()
  const records: unknown[] = []
  const starts: StartOptions[] = []
  const closed: number[] = []
  const terminal: Terminal = {
    stop: stop.signal,
    json: true,
    interactive: false,
    progress: () => undefined,
    record: (json) => records.push(json),
    draw: () => undefined,
    keys: () => null,
  }
  const startNode = async (options: StartOptions): Promise<RunningNode> => {
    const life = starts.push(options) - 1
    if (life === lives.length - 1) setImmediate(() => stop.abort())
    return {
      id: '@alpha' as FeedId,
      kind: 'validator',
      ssb: '127.0.0.1:8008',
      http: 'http://127.0.0.1:8080',
      failed: never,
      pruningDue: never,
      close: async () => void closed.push(life),
      ...lives[life],
    }
  }
  return { run: () => runNode(startNode, given, terminal), records, starts, closed }
}

it('closes a node that is to prune and starts it again, where it listened, until it is asked to stop', async () => {
  const due = { pruningDue: Promise.resolve() }
  const { run, records, starts, closed } = setting([due, { ...due, ssb: '[::1]:8008', http: null }, {}])
  const over = run()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await over).toMatchObject({ json: { event: 'closed' }, exitCode: 0 })
  expect(closed).toEqual([0, 1, 2])
  expect(starts.map(({ listen }) => listen)).toEqual([
    undefined,
    { ssb: { host: '127.0.0.1', port: 8008 }, http: { host: '127.0.0.1', port: 8080 } },
    { ssb: { host: '::1', port: 8008 }, http: null },
  ])
  expect(records).toMatchObject([
    { event: 'started' },
    { event: 'pruning' },
    { event: 'started' },
    { event: 'pruning' },
    { event: 'started' },
  ])
})

it('closes a node that fails, and does not start it again', async () => {
  const { run, starts, closed } = setting([{ failed: Promise.reject(new Error('the disk')) }, {}])
  await expect(run()).rejects.toThrow('the disk')
  expect([starts.length, closed]).toEqual([1, [0]])
})
