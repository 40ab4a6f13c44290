import { loadConf } from '../../ocean/conf/index.js'
import { type RunningNode, serveNode } from '../../ocean/node/index.js'
import { command, DIRECTORY, FILE, required, type Outcome, type Terminal } from '../kit/index.js'

export const oceanStart = command({
  name: 'ocean start',
  summary: 'run an embedded Ocean node until it is interrupted or told to stop',
  details:
    'It answers JSON-RPC 1.0 as a real node does, with the options of its ocean.conf. The first block follows from ' +
    'the configuration and from terms-and-conditions/<chain>/latest.txt below the data directory.',
  arguments: {},
  options: {
    conf: required(FILE, 'its ocean.conf'),
    datadir: required(DIRECTORY, 'where blocks and coins are kept; made if it is missing'),
  },
  examples: ['blockfin ocean start --conf ocean.conf --datadir ocean-data'],
  async run({ conf, datadir }, terminal) {
    const running = await serveNode({
      conf: await loadConf(conf),
      directory: datadir,
      onFork: ({ height, blocks, signers }) =>
        terminal.record(
          { event: 'fork', height, blocks, signers },
          `two signed blocks of height ${height}: ${blocks.join(' and ')}; signed by both: ${signers.join(', ')}`,
        ),
      onInternalError: (error) => terminal.progress(`internal error: ${String(error)}`),
    })
    return untilOver(running, terminal)
  },
})

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
