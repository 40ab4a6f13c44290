import { readConf } from '../../../src/ocean/conf/index.js'
import { NODE_CALLS, serveNode } from '../../../src/ocean/node/index.js'
import { Parameters, textIn } from '../../../src/ocean/rpc/index.js'
import { recordedConf } from './recordings.js'

/** A node that gives out addresses, a line each, until somebody kills it. */
const [directory = ''] = process.argv.slice(2)
const { node } = await serveNode({
  conf: readConf(recordedConf(0), ['keypool=2']),
  directory,
  port: 0,
  onFork: () => undefined,
  onInternalError: () => process.exit(1),
})
const give = async (): Promise<void> => {
  const address = await NODE_CALLS['getnewaddress']?.(new Parameters(['label']), node)
  process.stdout.write(`${textIn(address ?? null)}\n`)
}
setInterval(() => void give(), 1)
