import { createRequire } from 'node:module'

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { boundedCodec, type Read } from '../../../../plugins/bounded-wire/index.js'
import {
  encodePacket,
  GOODBYE,
  type Outgoing,
  PacketDecoder,
} from '../../../../plugins/bounded-wire/packets.js'
import { onWireFault } from '../../../../plugins/wire-faults.js'

const stock = createRequire(import.meta.url)('packet-stream-codec') as {
  encodePair(packet: unknown): [Buffer, Buffer | null]
  decodeHead(bytes: Buffer): { length: number }
  decodeBody(bytes: Buffer, head: object): object
}

const packet = fc.record({
  req: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  stream: fc.boolean(),
  end: fc.boolean(),
  value: fc.oneof(
    fc.string({ minLength: 1 }),
    fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    fc
      .jsonValue()
      .map((value): unknown => JSON.parse(JSON.stringify(value)))
      .filter((value) => value !== ''),
  ),
})

const stockBytes = (value: unknown): Buffer =>
  Buffer.concat(stock.encodePair(value).flatMap((part) => part ?? []))

describe('packets', () => {
  it('are encoded as the stock codec encodes them', () => {
    fc.assert(
      fc.property(packet, (value) => {
        expect(encodePacket(value)).toEqual(stockBytes(value))
      }),
    )
    expect(encodePacket(GOODBYE)).toEqual(stockBytes(GOODBYE))
  })

  it('come out as they went in, whatever the pieces', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(packet), cuts, (packets, sizes) => {
        const bytes = Buffer.concat([...packets.map(encodePacket), encodePacket(GOODBYE)])
        const decoder = new PacketDecoder(1 << 20)
        const decoded: unknown[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          decoder.add(bytes.subarray(at, at + size))
          at += size
          for (let next = decoder.next(); next !== undefined; next = decoder.next()) decoded.push(next)
        }
        expect(decoded).toEqual([...packets, GOODBYE])
      }),
    )
  })

  it('of any bytes at all are packets or a reason, and never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        const decoder = new PacketDecoder(64)
        for (const piece of pieces) {
          decoder.add(Buffer.from(piece))
          for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
            if (next === 'oversized-packet' || next === 'malformed-packet') return
          }
        }
      }),
    )
  })
})

/** What muxrpc would give and take, and the socket on the other side. */
const connection = (limits = { packetBytes: 100, unreadBytes: 1000, stallMs: 50 }) => {
  let waiting: Parameters<Read<Outgoing>>[1] | undefined
  const received: unknown[] = []
  const over: unknown[] = []
  const codec = boundedCodec(
    {
      source: (abort, callback) => {
        if (abort) {
          over.push(abort)
          return callback(abort)
        }
        waiting = callback
      },
      sink: (read) => {
        const next = () =>
          read(null, (end, item) => {
            if (end) return void received.push('end')
            received.push(item)
            next()
          })
        next()
      },
    },
    limits,
  )
  const send = (value: string) => {
    const take = waiting
    waiting = undefined
    take?.(null, { req: 1, value })
  }
  const receive = (...pieces: Buffer[]) =>
    codec.sink((abort, callback) => {
      const piece = pieces.shift()
      if (abort) callback(abort)
      else if (piece) callback(null, piece)
    })
  const read = () => {
    let answer: [unknown, Buffer | undefined] | undefined
    codec.source(null, (end, bytes) => (answer = [end, bytes]))
    return answer
  }
  return { send, receive, read, received, over }
}

describe('a connection', () => {
  const faults: string[] = []
  let stop: () => void
  beforeEach(() => {
    vi.useFakeTimers()
    faults.length = 0
    stop = onWireFault(({ code }) => faults.push(code))
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  it('hands on what is sent, in order, at once or when it is read', () => {
    const { send, read } = connection()
    send('a')
    send('b')
    expect(read()).toEqual([null, encodePacket({ req: 1, value: 'a' })])
    expect(read()).toEqual([null, encodePacket({ req: 1, value: 'b' })])
    expect(faults).toEqual([])
  })

  it('takes no packet longer than the limit, on the announcement alone', () => {
    const { receive, received, over, read } = connection()
    const head = Buffer.alloc(9)
    head.writeUInt32BE(101, 1)
    receive(encodePacket({ req: 1, value: 'fine' }), head)
    expect(received).toMatchObject([{ value: 'fine' }, 'end'])
    expect(faults).toEqual(['oversized-packet'])
    expect(over).toHaveLength(1)
    expect(read()?.[0]).toBeInstanceOf(Error)
  })

  it('is over once more waits for its peer than the limit', () => {
    const { send, over, read } = connection()
    for (let count = 0; count < 9; count++) send('x'.repeat(91))
    expect(faults).toEqual([])
    send('x'.repeat(200))
    expect(faults).toEqual(['unread-backlog'])
    expect(over).toHaveLength(1)
    expect(read()?.[0]).toBeInstanceOf(Error)
  })

  it('is over when something waits and nothing is taken for too long, and not before', () => {
    const { send, read, over } = connection()
    send('a')
    vi.advanceTimersByTime(30)
    send('b')
    read()
    vi.advanceTimersByTime(60)
    expect(faults).toEqual([])
    vi.advanceTimersByTime(60)
    expect(faults).toEqual(['unread-too-long'])
    expect(over).toHaveLength(1)
  })

  it('may be silent for as long as it likes while nothing waits', () => {
    const { send, read } = connection()
    send('a')
    read()
    vi.advanceTimersByTime(10_000)
    expect(faults).toEqual([])
  })
})
