import { loadConf } from '../../ocean/conf/index.js'
import { type KnownFork, type RunningNode, type ServeOptions, serveNode } from '../../ocean/node/index.js'
import { loadRelayPlace, openOceanRelay, type RelayEvent } from '../../node/ocean-relay/index.js'
import { readPassphrase } from '../files.js'
import {
  command,
  DIRECTORY,
  FILE,
  HOST_PORT,
  optional,
  required,
  usage,
  type Outcome,
  type Terminal,
} from '../kit/index.js'

export const oceanStart = command({
  name: 'ocean start',
  summary: 'run an embedded Ocean node until it is interrupted or told to stop',
  details:
    'It answers JSON-RPC 1.0 as a real node does, with the options of its ocean.conf. The first block follows from ' +
    'the configuration and from terms-and-conditions/<chain>/latest.txt below the data directory. With --relay and ' +
    '--key it shares transactions and blocks with the other nodes of the relay file.',
  arguments: {},
  options: {
    conf: required(FILE, 'its ocean.conf'),
    datadir: required(DIRECTORY, 'where blocks and coins are kept; made if it is missing'),
    relay: optional(FILE, 'the relay file of the set it belongs to (ocean relay-file)'),
    key: optional(FILE, 'its own key in that set (ocean new-key)'),
    passphraseFile: optional(FILE, 'opens the key file with the first line of this file'),
    relayListen: optional(HOST_PORT, 'where it listens for the others (default: as the relay file says)'),
  },
  examples: [
    'blockfin ocean start --conf ocean.conf --datadir ocean-data',
    'blockfin ocean start --conf ocean.conf --datadir ocean-data --relay relay.json --key ocean-key.json',
  ],
  async run({ conf, datadir, ...given }, terminal) {
    const openRelay = await relayOf(datadir, given, terminal)
    const running = await serveNode({
      conf: await loadConf(conf),
      directory: datadir,
      onFork: (fork) => recordFork(fork, terminal),
      onInternalError: (error) => terminal.progress(`internal error: ${String(error)}`),
      ...(openRelay && { openRelay }),
    })
    return untilOver(running, terminal)
  },
})

interface RelayOptions {
  readonly relay: string | undefined
  readonly key: string | undefined
  readonly passphraseFile: string | undefined
  readonly relayListen: { readonly host: string; readonly port: number } | undefined
}

/** @throws CodedError `usage`, and as `loadRelayPlace`: before anything is opened */
const relayOf = async (
  directory: string,
  { relay, key, passphraseFile, relayListen: listen }: RelayOptions,
  terminal: Terminal,
): Promise<ServeOptions['openRelay']> => {
  if (relay === undefined && key === undefined) return undefined
  if (relay === undefined || key === undefined) throw usage('--relay and --key go together')
  const place = await loadRelayPlace(relay, key, await readPassphrase(passphraseFile))
  const onEvent = ({ name, facts }: RelayEvent) =>
    terminal.record({ event: name, ...facts }, `${name} ${JSON.stringify(facts)}`)
  return (node) => openOceanRelay(node, { directory, place, listen, onEvent })
}

const recordFork = ({ height, blocks, signers }: KnownFork, terminal: Terminal): void =>
  terminal.record(
    { event: 'fork', height, blocks, signers },
    `two signed blocks of height ${height}: ${blocks.join(' and ')}; signed by both: ${signers.join(', ')}`,
  )

const untilOver = async (running: RunningNode, terminal: Terminal): Promise<Outcome> => {
  const { server, node } = running
  const { height, parameters } = node.chain
  terminal.record(
    { event: 'started', chain: parameters.chain, height, host: server.host, port: server.port },
    `${parameters.chain} at height ${height}, answers on ${server.host}:${server.port}`,
  )
  try {
    await Promise.race([running.stopped, aborted(terminal.stop)])
  } finally {
    await running.close()
  }
  return { json: { event: 'closed' }, text: 'closed', exitCode: 0 }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
