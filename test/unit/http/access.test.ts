import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createServer, ROUTE_ACCESS } from '../../../src/http/index.js'
import { serveMessagenode, serveValidator } from '../../support/serving.js'

/** What a server answers, as `GET /v1/status`, from fastify's own tree of routes. */
const routesOf = (server: FastifyInstance): string[] => {
  const stack: string[] = []
  return server
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const parsed = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([^)]+)\))?/.exec(line)
      if (!parsed) throw new Error(`unexpected line of routes: ${line}`)
      const [, indent = '', part = '', methods = ''] = parsed
      const depth = indent.length / 4
      stack.length = depth
      stack.push(part)
      const path = stack.join('')
      return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path}`)
    })
}

const named = (routes: readonly string[]): string[] => routes.filter((route) => !route.startsWith('HEAD '))

describe('the table of HTTP access', () => {
  it('names every route that a validator or a Messagenode serves, and no other', async () => {
    const servers = [(await serveValidator()).service.server, (await serveMessagenode()).service.server]
    await Promise.all(servers.map((server) => server.ready()))
    const live = new Set(servers.flatMap((server) => named(routesOf(server))))
    expect([...live].toSorted()).toEqual(Object.keys(ROUTE_ACCESS).toSorted())
  })

  it('lets no other route be added', () => {
    const server = createServer()
    expect(() => server.get('/v1/secret', () => 'secret')).toThrow(
      expect.objectContaining({ code: 'route-without-access' }),
    )
    expect(() => server.post('/v1/status', () => 'written')).toThrow(
      expect.objectContaining({ code: 'route-without-access' }),
    )
  })

  it('is the one that the manual prints', async () => {
    const manual = await readFile(new URL('../../../docs/http-api.md', import.meta.url), 'utf8')
    const rows = [...manual.matchAll(/^\| `([A-Z]+ \S+)` +\| (read|submit|operator) +\|$/gm)]
    expect(Object.fromEntries(rows.map(([, route, access]) => [route, access]))).toEqual(ROUTE_ACCESS)
  })
})

describe('an address for the operator', () => {
  const PROXIED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

  const metricsFrom = async (remoteAddress: string, headers: Record<string, string> = {}) => {
    const { service } = await serveValidator(undefined, { operators: ['10.0.0.9'] })
    const response = await service.server.inject({ url: '/metrics', remoteAddress, headers })
    return response.statusCode
  }

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '10.0.0.9', '::ffff:10.0.0.9'])(
    'answers %s',
    async (address) => expect(await metricsFrom(address)).toBe(200),
  )

  it.each(['10.0.0.8', '::ffff:10.0.0.8', '192.168.127.0', '2001:db8::1'])('refuses "%s"', async (from) =>
    expect(await metricsFrom(from)).toBe(403),
  )

  it.each(PROXIED)('refuses what a proxy on this machine passes on, known by %s', async (header) =>
    expect(await metricsFrom('127.0.0.1', { [header]: '8.8.8.8' })).toBe(403),
  )

  it('is guarded however it is written, and for every method', async () => {
    const { service } = await serveValidator()
    for (const [method, url] of [
      ['HEAD', '/metrics'],
      ['GET', '/metrics?x=1'],
      ['GET', '/%6detrics'],
    ] as const) {
      const response = await service.server.inject({ method, url, remoteAddress: '10.0.0.8' })
      expect(response.statusCode, `${method} ${url}`).toBe(403)
    }
  })

  it('answers this machine over a real socket', async () => {
    const { service } = await serveValidator()
    const url = await service.server.listen({ host: '127.0.0.1', port: 0 })
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.once('data', (bytes) => {
        socket.destroy()
        resolve(bytes.toString())
      })
      socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n')
    })
    expect(answer).toMatch(/^HTTP\/1\.1 200/)
  })
})
