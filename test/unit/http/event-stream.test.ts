import { connect } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readEvents } from '../../../src/client/index.js'
import { EventStreams, type EventStreamLimits } from '../../../src/http/event-stream.js'
import { createServer } from '../../../src/http/index.js'
import { followEvents } from '../../support/event-log.js'

/** A server whose only route is a stream, which the test holds by its other end. */
const serveStream = async (limits: Partial<EventStreamLimits>) => {
  const streams = new EventStreams(limits)
  const server = createServer()
  const opened: ReturnType<EventStreams['open']>[] = []
  const onClose = vi.fn()
  server.get('/v1/events', async (request, reply) => void opened.push(streams.open(request, reply, onClose)))
  server.addHook('preClose', async () => streams.closeAll())
  onTestFinished(() => server.close())
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { streams, opened, onClose, url }
}

describe('event streams', () => {
  it('refuse one reader too many by code, and have room again when one leaves', async () => {
    const { url, streams, opened, onClose } = await serveStream({ subscribers: 1 })
    const first = followEvents(url, '/v1/events')
    await vi.waitFor(() => expect(streams.count).toBe(1))
    const second = readEvents(url, '/v1/events', new AbortController().signal)
    await expect(second.next()).rejects.toMatchObject({
      code: 'too-many-subscribers',
      data: { status: 503, retryAfterSeconds: 1 },
    })
    opened[0]?.end()
    await first.done
    await vi.waitFor(() => expect(streams.count).toBe(0))
    expect(onClose).toHaveBeenCalledTimes(1)
    followEvents(url, '/v1/events')
    await vi.waitFor(() => expect(streams.count).toBe(1))
  })

  it('cut off a reader that does not read', async () => {
    const { url, streams, opened, onClose } = await serveStream({ backlogBytes: 100_000 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
    await vi.waitFor(() => expect(streams.count).toBe(1))
    const [stream] = opened
    await vi.waitFor(
      () => {
        stream?.send('filler', 'x'.repeat(50_000))
        expect(stream?.closed).toBe(true)
      },
      { timeout: 20_000, interval: 1 },
    )
    expect(streams.count).toBe(0)
    expect(onClose).toHaveBeenCalledTimes(1)
  })

  it('cut off a reader that takes nothing between two signs of life, though little waits for it', async () => {
    const { url, streams, opened } = await serveStream({ backlogBytes: 1e9, heartbeatMs: 100 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.pause()
    socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
    await vi.waitFor(() => expect(streams.count).toBe(1))
    // Beyond what the two kernels take between them.
    opened[0]?.send('filler', 'x'.repeat(20_000_000))
    await vi.waitFor(() => expect(streams.count).toBe(0), { timeout: 10_000 })
  })

  it('leave room for others when one address subscribes all the time', async () => {
    const { url, streams } = await serveStream({ subscribersPerAddress: 2 })
    for (let count = 0; count < 2; count++) followEvents(url, '/v1/events')
    await vi.waitFor(() => expect(streams.count).toBe(2))
    const third = readEvents(url, '/v1/events', new AbortController().signal)
    await expect(third.next()).rejects.toMatchObject({ code: 'too-many-subscribers' })
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress: '127.0.0.2' })
    onTestFinished(() => void socket.destroy())
    socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
    await vi.waitFor(() => expect(streams.count).toBe(3))
  })

  it('show signs of life that are no events, and keep order and form of what is sent', async () => {
    const { url, opened } = await serveStream({ heartbeatMs: 5 })
    const { events, done } = followEvents(url, '/v1/events')
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    const awkward = { text: 'line\n\nevent: forged\ndata: 1', number: 7 }
    opened[0]?.send('first', awkward)
    await vi.waitFor(() => expect(events).toHaveLength(1))
    opened[0]?.send('second', [])
    opened[0]?.end()
    await done
    expect(events).toEqual([
      { name: 'first', data: awkward },
      { name: 'second', data: [] },
    ])
  })
})
