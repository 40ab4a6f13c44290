import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ServerLimits } from '../../../src/http/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveValidator } from '../../support/serving.js'

/** Clients that are slow, silent, many, or greedy, each from an address of its own, beside an honest one. */
const serve = async (limits: Partial<ServerLimits>) => (await serveWith(limits)).port

const serveWith = async (limits: Partial<ServerLimits>) => {
  const { service } = await serveValidator(undefined, { limits })
  const url = await service.server.listen({ host: '127.0.0.1', port: 0 })
  const connections = () =>
    new Promise<number>((resolve) => service.server.server.getConnections((_error, count) => resolve(count)))
  return { port: Number(new URL(url).port), connections }
}

const dial = (port: number, localAddress = '127.0.0.2') => {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  let answer = ''
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)))
  const read = () => socket.on('data', (bytes) => (answer += bytes.toString()))
  return { socket, closed, read }
}

const request = (path: string, extra = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${extra}\r\n`

const statusOf = async (port: number, localAddress?: string, path = '/v1/status'): Promise<string> => {
  const { socket, closed, read } = dial(port, localAddress)
  read()
  socket.write(request(path, 'connection: close\r\n'))
  return (await closed).slice(9, 12)
}

const drip = (socket: Socket, text: string): void => {
  const timer = setInterval(() => socket.write(text), 20)
  socket.once('close', () => clearInterval(timer))
}

describe('a slow client', () => {
  // Long enough for an honest request on a busy machine.
  const limits = { requestTimeoutMs: 1000 }
  const cases: readonly (readonly [string, string, string])[] = [
    ['headers without end', request('/v1/status').slice(0, -2), 'a: b\r\n'],
    [
      'a body without end',
      'POST /v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n',
      'a',
    ],
  ]
  it.each(cases)(
    'that sends %s is told so and hung up on, while others are served',
    async (_, head, more) => {
      const port = await serve(limits)
      const { socket, closed, read } = dial(port)
      read()
      socket.write(head)
      drip(socket, more)
      expect(await statusOf(port, '127.0.0.1')).toBe('200')
      expect(await closed).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request-timeout"/)
    },
  )

  it('that sends nothing at all is hung up on', async () => {
    const port = await serve({ ...limits, unreadTimeoutMs: 1000 })
    const { closed, read } = dial(port)
    // It may be told why, and whoever leaves that unread does not see the end behind it.
    read()
    await closed
    expect(await statusOf(port)).toBe('200')
  })

  it('that does not read its answers is hung up on', async () => {
    const { port, connections } = await serveWith({ unreadTimeoutMs: 1000, requestsPerSecond: 1e6 })
    const { socket } = dial(port)
    socket.pause()
    // Only the first few are ever answered: what nobody reads is not produced either.
    socket.write(request('/metrics').repeat(20_000))
    await vi.waitFor(async () => expect(await connections()).toBe(1))
    await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 20_000 })
    expect(await statusOf(port)).toBe('200')
  })
})

describe('a greedy client', () => {
  it('has so many connections at once and no more, and leaves others theirs', async () => {
    const port = await serve({ connectionsPerAddress: 5 })
    const dialled = Array.from({ length: 12 }, () => dial(port))
    const count = () => dialled.filter(({ socket }) => socket.closed).length
    dialled.forEach(({ read }) => read())
    await vi.waitFor(() => expect(count()).toBe(7))
    expect(await statusOf(port, '127.0.0.1')).toBe('200')
    dialled.forEach(({ socket }) => socket.destroy())
    await vi.waitFor(async () => expect(await statusOf(port)).toBe('200'))
  })

  it('asks so much and no more, and is told when to come back', async () => {
    const port = await serve({ requestsPerSecond: 10 })
    const { socket, closed, read } = dial(port)
    read()
    socket.write(request('/v1/status').repeat(30) + request('/v1/status', 'connection: close\r\n'))
    const answers = (await closed).split('HTTP/1.1 ').slice(1)
    expect(answers.filter((answer) => answer.startsWith('200')).length).toBeLessThan(25)
    const refused = answers.filter((answer) => answer.startsWith('429'))
    expect(refused.length).toBeGreaterThan(5)
    expect(refused[0]).toMatch(/retry-after: 1\r\n[^]*"code":"too-many-requests"/)
    expect(await statusOf(port, '127.0.0.1')).toBe('200')
  })

  it('spends more on what costs more', async () => {
    const port = await serve({ requestsPerSecond: 10 })
    const statuses: string[] = []
    for (let count = 0; count < 3; count++) statuses.push(await statusOf(port, '127.0.0.2', '/metrics'))
    expect(statuses).toEqual(['200', '200', '429'])
  })
})

describe('a greedy account', () => {
  it('fills no more than its share of what waits at a validator', async () => {
    const [rich, other] = [richAccount(), new TestAccount('other')]
    const chain = fixtureWith({
      balances: new Map([
        [rich.id, 1_000_000n],
        [other.id, 1_000_000n],
      ]),
    })
    const { service } = await serveValidator(chain, { pending: { perSubmitter: 3 } })
    const { chainId } = chain.network
    for (let count = 0; count < 3; count++) await service.submit(rich.transfer(chainId, other.id, 1n))
    const fourth = rich.transfer(chainId, other.id, 1n)
    await expect(service.submit(fourth)).rejects.toMatchObject({ code: 'overloaded' })
    expect(await service.submit(other.transfer(chainId, rich.id, 1n))).toMatchObject({ state: 'received' })
    chain.decide()
    await vi.waitFor(async () => expect(await service.submit(fourth)).toMatchObject({ state: 'received' }))
  })
})
