import type { RunningNode, StartOptions } from '../../node/index.js'
import { readPassphrase } from '../files.js'
import { command, DIRECTORY, FILE, optional, required, type Outcome, type Terminal } from '../kit/index.js'

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
    run: (given, terminal) => runNode(startNode, given, terminal),
  })

/** Runs the member of a data directory until it is asked to stop; starts it again when it is to prune. */
export const runNode = async (
  startNode: StartNode,
  given: {
    readonly dir: string
    readonly network: string | undefined
    readonly passphraseFile: string | undefined
  },
  terminal: Terminal,
): Promise<Outcome> => {
  const passphrase = await readPassphrase(given.passphraseFile)
  const options = { directory: given.dir, networkFile: given.network, passphrase }
  let node = await startNode(options)
  while ((await untilOver(node, terminal)) === 'pruning') {
    terminal.record({ event: 'pruning', id: node.id }, 'starts again, to prune')
    await Promise.race([aborted(terminal.stop), pause(STACK_REST_MS)])
    if (terminal.stop.aborted) break
    node = await startNode({ ...options, listen: addressesOf(node) })
  }
  return { json: { event: 'closed', id: node.id }, text: 'closed', exitCode: 0 }
}

/** The SSB stack writes small files of its indexes for up to a second and a half after it has closed. */
const STACK_REST_MS = 2_000

/** Where it listened before: a free port that was picked stays the same one. */
const addressesOf = ({ ssb, http }: RunningNode): NonNullable<StartOptions['listen']> => ({
  ssb: hostPort(new URL(`ssb://${ssb}`)),
  http: http === null ? null : hostPort(new URL(http)),
})

const hostPort = ({ hostname, port }: URL): { host: string; port: number } => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port),
})

/** Tells where the node listens, and closes it once asked to stop or to prune, or fails with what stopped it. */
const untilOver = async (node: RunningNode, terminal: Terminal): Promise<'stopped' | 'pruning'> => {
  const { id, kind, ssb, http } = node
  terminal.record(
    { event: 'started', id, kind, ssb, http },
    `${kind} ${id} listens on ${ssb}${http === null ? '' : ` and ${http}`}`,
  )
  try {
    return await Promise.race([
      aborted(terminal.stop).then(() => 'stopped' as const),
      node.pruningDue.then(() => 'pruning' as const),
      node.failed,
    ])
  } finally {
    await node.close()
  }
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
