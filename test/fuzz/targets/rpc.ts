import fc from 'fast-check'

import { WIRE_CODES } from '../../../plugins/exchange/index.js'
import { MemberNodes } from '../../support/member-nodes.js'
import { testNetwork } from '../../support/network.js'
import { rawPeer } from '../../support/raw-peer.js'
import { packet, rawSocket, type RawSocket } from '../../support/raw-socket.js'
import { oddValue, spoiledJson } from '../spoiled.js'
import type { FuzzTarget } from '../target.js'

/**
 * A live node and a hostile member: calls with any arguments, and packets with any JSON, of the replication stream as
 * well. The node answers by the codes of its wire or hangs up, and another member is served all the while.
 */
const HOSTILE = 16

export const rpc: FuzzTarget = {
  name: 'rpc',
  open: async () => {
    const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 1, observers: HOSTILE + 2 }))
    const { networkKey } = cluster.network.network
    const node = await cluster.start('messagenode-1')
    const address = node.ssb.getAddress() ?? ''
    const honestPeer = rawPeer(cluster.member('observer-1').owner, networkKey)
    const honest = await honestPeer.connect(address)
    const callerPeer = rawPeer(cluster.member('observer-2').owner, networkKey)
    let caller = await callerPeer.connect(address)
    const hostile: (RawSocket | undefined)[] = []
    let turn = 0

    /** One of many, since a member that is hung up on may not come back at once. */
    const next = async (): Promise<RawSocket | undefined> => {
      const place = turn++ % HOSTILE
      const known = hostile[place]
      if (known && !known.closed) return known
      const { owner } = cluster.member(`observer-${place + 3}`)
      hostile[place] = await rawSocket(address, owner, networkKey).catch(() => undefined)
      return hostile[place]
    }

    const key = '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256'
    const feed = node.id
    const call = fc.record({
      method: fc.constantFrom(
        'blockfin.get',
        'blockfin.range',
        'blockfin.tips',
        'blockfin.offer',
        'manifest',
      ),
      parameters: fc.oneof(
        fc.array(oddValue, { maxLength: 4 }),
        spoiledJson(fc.constantFrom<unknown>([[key]], [feed, 1, key], [[feed]])).map((json) =>
          Array.isArray(json) ? (json as unknown[]) : [json],
        ),
      ),
    })
    const requests = fc.constantFrom<unknown>(
      { name: ['ebt', 'replicate'], type: 'duplex', args: [{ version: 3 }] },
      { name: ['gossip', 'ping'], type: 'duplex', args: [{}] },
      { name: ['blockfin', 'tips'], type: 'async', args: [[feed]] },
      { [feed]: 2 },
      { previous: null, author: feed, sequence: 1, timestamp: 1, hash: 'sha256', content: {}, signature: '' },
    )
    const raw = fc.record({
      kind: fc.constantFrom('request' as const, 'stream' as const),
      number: fc.constantFrom(1, 2, 3, -1, -2, 0),
      json: fc.oneof(requests, spoiledJson(requests)).map((value) => JSON.stringify(value) ?? 'null'),
    })

    return {
      property: fc.asyncProperty(
        fc.record({ call, packets: fc.array(raw, { maxLength: 8 }) }),
        async (input) => {
          const { packets } = input
          const { method, parameters } = input.call
          if (caller.closed) caller = await callerPeer.connect(address).catch(() => caller)
          const refusal = await caller.call(method, ...parameters).then(
            () => null,
            (error: { name?: string; message?: string }) => error,
          )
          if (refusal && !caller.closed && !isKnown(refusal)) {
            throw new Error(`${method} answered ${JSON.stringify(refusal)}`)
          }
          const socket = await next()
          for (const { kind, number, json } of packets) socket?.send(packet(kind, number, json))
          // Not one that is counted: cases may come faster than an honest member calls.
          const served = await honest.call('manifest')
          if (typeof served !== 'object') throw new Error('the honest member is not served')
        },
      ),
      close: async () => {
        for (const socket of hostile) socket?.close()
        await Promise.all([honestPeer.close(), callerPeer.close()])
        await cluster.close()
      },
    }
  },
}

const NAMES = new Set(Object.keys(WIRE_CODES).map((code) => `blockfin:${code}`))

const isKnown = ({ name, message }: { name?: string; message?: string }): boolean =>
  (name !== undefined && NAMES.has(name) && name !== 'blockfin:internal') ||
  /not in list of allowed methods/.test(message ?? '')
