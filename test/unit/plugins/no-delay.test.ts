import type { AddressInfo } from 'node:net'
import { connect, createServer, Socket } from 'node:net'

import { afterEach, expect, it, vi } from 'vitest'

import { noDelay } from '../../../plugins/no-delay.js'
import type { Callback, Sbot } from '../../../plugins/types/index.js'

afterEach(() => vi.restoreAllMocks())

it('turns Nagle off on both ends of every connection while a stack is up, and then no longer', async () => {
  const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
  const stacks = [fakeStack(), fakeStack()]
  for (const { sbot } of stacks) noDelay.init(sbot, {}, {})
  await connectOnce()
  expect(setNoDelay.mock.calls).toEqual([[true], [true]])
  stacks[0]?.close()
  await connectOnce()
  expect(setNoDelay).toHaveBeenCalledTimes(4)
  stacks[1]?.close()
  await connectOnce()
  expect(setNoDelay).toHaveBeenCalledTimes(4)
})

const fakeStack = () => {
  type Hook = Parameters<Sbot['close']['hook']>[0]
  const hooks: Hook[] = []
  const close = { hook: (hook: Hook) => void hooks.push(hook) }
  const done: Callback = () => undefined
  return {
    sbot: { close } as unknown as Sbot,
    close: () => hooks.forEach((hook) => void hook(() => undefined, [done])),
  }
}

const connectOnce = async (): Promise<void> => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await new Promise((resolve) => client.once('close', resolve).resume())
  await new Promise((resolve) => server.close(resolve))
}
