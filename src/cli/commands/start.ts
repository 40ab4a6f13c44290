import type { RunningNode, StartOptions } from '../../node/index.js'
import { readPassphrase } from '../files.js'
import { command, DIRECTORY, FILE, optional, required, type Terminal } from '../kit/index.js'

/** How a node is started: the real one, or a test's. */
export type StartNode = (options: StartOptions) => Promise<RunningNode>

export const start = (startNode: StartNode) =>
  command({
    name: 'start',
    summary: 'run a member from its data directory until it is interrupted',
    arguments: {},
    options: {
      dir: required(DIRECTORY, 'data directory, made by init'),
      network: optional(FILE, 'the signed network file (default: as node.json says)'),
      passphraseFile: optional(FILE, 'opens the key files with the first line of this file'),
    },
    examples: ['blockfin start --dir validator-1', 'blockfin start --dir validator-1 --network network.json'],
    async run({ dir, network, passphraseFile }, terminal) {
      const passphrase = await readPassphrase(passphraseFile)
      const node = await startNode({
        directory: dir,
        ...(network === undefined ? {} : { networkFile: network }),
        ...(passphrase === undefined ? {} : { passphrase }),
      })
      return untilStopped(node, terminal)
    },
  })

/** Tells where the node listens, and closes it once asked to stop, or fails with what stopped it. */
export const untilStopped = async (node: RunningNode, terminal: Terminal) => {
  const { id, kind, ssb, http } = node
  terminal.record(
    { event: 'started', id, kind, ssb, http },
    `${kind} ${id} listens on ${ssb}${http === null ? '' : ` and ${http}`}`,
  )
  try {
    await Promise.race([aborted(terminal.stop), node.failed])
  } finally {
    await node.close()
  }
  return { json: { event: 'closed', id }, text: 'closed' }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
