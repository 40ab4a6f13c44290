import { readFile } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { allowedTo, LOCAL_RPCS, RPC_PERMISSIONS } from '../../plugins/registry-admission/index.js'
import type { Manifest } from '../../plugins/types/index.js'
import type { MemberKind } from '../../src/roles/index.js'
import { type MemberNode, MemberNodes } from '../support/member-nodes.js'
import { testNetwork } from '../support/network.js'
import { type RawLink, type RawPeer, rawPeer } from '../support/raw-peer.js'

/** The table of RPC permissions against the manifest of a live node, called by one member of each kind. */
const cluster = new MemberNodes(testNetwork({ validators: 1, messagenodes: 2, observers: 1 }))
const KINDS = { validator: 'validator-1', messagenode: 'messagenode-2', observer: 'observer-1' } as const
const peers: RawPeer[] = []
const links = new Map<MemberKind, RawLink>()
let node: MemberNode

beforeAll(async () => {
  node = await cluster.start('messagenode-1')
  for (const [kind, name] of Object.entries(KINDS) as [MemberKind, string][]) {
    const peer = rawPeer(cluster.member(name).owner, cluster.network.network.networkKey)
    peers.push(peer)
    links.set(kind, await peer.connect(node.ssb.getAddress() ?? ''))
  }
})

afterAll(async () => {
  await Promise.all(peers.map((peer) => peer.close()))
  await cluster.close()
})

/** `name` and `type` of everything callable. */
const callable = (manifest: Manifest, prefix = ''): [string, string][] =>
  Object.entries(manifest).flatMap(([name, entry]): [string, string][] =>
    typeof entry === 'string' ? [[`${prefix}${name}`, entry]] : callable(entry, `${prefix}${name}.`),
  )

const REFUSED = /not in list of allowed methods/

describe('the table of RPC permissions', () => {
  it('names everything in the manifest of a live node, and nothing else', () => {
    const live = callable(node.ssb.getManifest()).map(([name]) => name)
    const named = [...Object.keys(RPC_PERMISSIONS), ...Object.values(LOCAL_RPCS).flat()]
    expect(live.toSorted()).toEqual(named.toSorted())
  })

  it.each(Object.keys(KINDS) as MemberKind[])(
    'holds on the wire for every RPC, called by a %s',
    async (kind) => {
      const link = links.get(kind)
      const allowed = allowedTo(kind)
      for (const [name, type] of callable(node.ssb.getManifest())) {
        // An error comes over the wire as an object with a message.
        const answer: unknown = await link
          ?.probe(type, name)
          .catch((error: { message: string }) => error.message)
        const text = String(answer)
        expect(REFUSED.test(text), `${name} called by a ${kind}: ${text}`).toBe(!allowed.includes(name))
      }
      expect(await link?.call('blockfin.tips', [])).toEqual([])
    },
  )

  it('is the one that the manual prints', async () => {
    const manual = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8')
    const rows = [...manual.matchAll(/^\| `([\w.]+)` +\| ((?:validator|messagenode|observer)[^|]*?) +\|/gm)]
    expect(Object.fromEntries(rows.map(([, name, kinds]) => [name, kinds?.split(', ')]))).toEqual(
      RPC_PERMISSIONS,
    )
  })
})
