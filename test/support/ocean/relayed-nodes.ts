import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { freePorts } from '../../../src/cli/devnet/ports.js'
import { createOceanClient, type OceanClient } from '../../../src/ocean/client/index.js'
import { bytesOfHex, decodeBlock } from '../../../src/ocean/codec/index.js'
import { blockfin, type Ended, type Running, startBlockfin } from '../blockfin.js'
import { pause } from '../wait-until.js'
import { RECORDED_CONTRACT, signaturesOf } from './embedded.js'
import { recordedConf } from './recordings.js'

/** Ocean nodes as processes of their own, tied by a relay file, from the commands that users type. */
export interface RelayedNode {
  readonly name: string
  readonly directory: string
  readonly conf: string
  readonly key: string
  readonly id: string
  readonly client: OceanClient
  readonly rpcPort: number
  readonly address: string
}

const succeeded = ({ code, out, err }: Ended): string => {
  expect(code, err).toBe(0)
  return out.trim()
}

/** Folder, configuration and key of a node of the recorded chain without lists. */
export const prepareNode = async (
  root: string,
  name: string,
  ports: readonly number[],
): Promise<RelayedNode> => {
  const [rpcPort = 0, relayPort = 0] = ports
  const directory = join(root, name)
  const documents = join(directory, 'terms-and-conditions', 'ocean_test')
  await mkdir(documents, { recursive: true })
  await writeFile(join(documents, 'latest.txt'), RECORDED_CONTRACT)
  const conf = join(root, `${name}.conf`)
  await writeFile(conf, recordedConf(2).replace(/^rpcport=.*$/m, `rpcport=${rpcPort}`))
  const key = join(root, `${name}.key.json`)
  const id = succeeded(await blockfin('ocean', 'new-key', '--out', key))
  const client = createOceanClient({ host: '127.0.0.1', port: rpcPort, user: 'user2', password: 'password2' })
  return { name, directory, conf, key, id, client, rpcPort, address: `127.0.0.1:${relayPort}` }
}

export const prepareNodes = async (root: string, ...names: readonly string[]): Promise<RelayedNode[]> => {
  const ports = await freePorts('127.0.0.1', names.length * 2)
  return Promise.all(names.map((name, at) => prepareNode(root, name, ports.slice(at * 2, at * 2 + 2))))
}

export const foundRelay = async (out: string, members: readonly RelayedNode[]): Promise<string> => {
  const words = members.map(({ id, address }) => `${id},${address}`)
  succeeded(await blockfin('ocean', 'relay-file', '--out', out, ...words))
  return out
}

/** Resolves when it answers. */
export const startNode = async (node: RelayedNode, relay: string): Promise<Running> => {
  const { conf, directory, key } = node
  const words = [
    'ocean',
    'start',
    '--json',
    '--conf',
    conf,
    '--datadir',
    directory,
    '--relay',
    relay,
    '--key',
    key,
  ]
  const running = startBlockfin(words)
  await eventually(`${node.name} answers`, () => {
    const { out, err } = running.said()
    if (running.child.exitCode !== null) throw new Error(`${node.name} ended: ${err}`)
    return Promise.resolve(out.includes('"started"'))
  })
  return running
}

export const eventually = async (
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${what}`)
    await pause(50)
  }
}

/** A signed block of what waits at the node, for whoever is to get it first. */
export const signedBlock = async ({ client }: RelayedNode): Promise<string> => {
  const proposal = await client.getNewBlockHex()
  const { hex, complete } = await client.combineBlockSignatures(
    proposal,
    signaturesOf(decodeBlock(bytesOfHex(proposal))),
  )
  expect(complete).toBe(true)
  return hex
}

export const mine = async (node: RelayedNode): Promise<void> => {
  expect(await node.client.submitBlock(await signedBlock(node))).toBeNull()
}
