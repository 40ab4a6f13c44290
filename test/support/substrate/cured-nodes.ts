import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Ssb, SsbConfig } from '../../../src/node/ssb.js'
import { createSsb } from '../../../src/node/ssb.js'
import type { NodeIdentity } from '../../../src/roles/index.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { type OpenSubstrate, openSubstrate } from './open-substrate.js'

/** Our stack on loopback, in temporary folders, on a network of its own. */
export interface CuredNode {
  readonly ssb: Ssb
  readonly substrate: OpenSubstrate
  readonly keys: NodeIdentity
  readonly path: string
  readonly networkKey: Uint8Array
}

type NodeOptions = Partial<
  Pick<
    SsbConfig,
    'path' | 'keys' | 'port' | 'accepts' | 'onNotice' | 'plugins' | 'writeAheadLog' | 'patienceMs' | 'prune'
  >
> & {
  readonly keys?: NodeIdentity
}

export class CuredNetwork {
  readonly #open = new Set<CuredNode>()
  readonly #folders: string[] = []

  constructor(readonly networkKey: Buffer = randomBytes(32)) {}

  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'blockfin-substrate-'))
    this.#folders.push(path)
    return path
  }

  async start({ keys = generateNodeIdentity(), ...options }: NodeOptions = {}): Promise<CuredNode> {
    const path = options.path ?? (await this.folder())
    const ssb = await createSsb({
      port: 0,
      ...options,
      path,
      keys,
      networkKey: this.networkKey,
      host: '127.0.0.1',
    })
    const node = { ssb, substrate: openSubstrate(ssb), keys, path, networkKey: this.networkKey }
    this.#open.add(node)
    return node
  }

  async stop(node: CuredNode): Promise<void> {
    this.#open.delete(node)
    await node.substrate.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((node) => this.stop(node)))
    // ssb-ebt still writes its clocks for a moment after the stack has closed.
    const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }
    await Promise.all(this.#folders.map((path) => rm(path, options)))
  }
}

export const connect = (from: CuredNode, to: CuredNode): Promise<void> =>
  new Promise((resolve, reject) => {
    from.ssb.connect(to.ssb.getAddress() ?? '', (error) => (error ? reject(error) : resolve()))
  })

/** Everyone replicates everyone's main feed. */
export const requestAll = (nodes: readonly CuredNode[]): void => {
  for (const { substrate } of nodes) for (const { keys } of nodes) substrate.request(keys.id, true)
}
