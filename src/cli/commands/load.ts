import { loadNetworkFile } from '../../roles/index.js'
import { loadAccountKey } from '../account-key.js'
import { NETWORK } from '../connection.js'
import { amountOf, command, FILE, many, usage, withDefault } from '../kit/index.js'
import { runLoad, type LoadRecord } from '../load/load.js'

export const load = command({
  name: 'load',
  summary: 'send transactions at a steady rate, and measure how long they take until they are sealed',
  details:
    'Transfers and records, in turn over the validators; each needs an account of its own, since nonces are settled ' +
    'where transactions wait. Tells of every block and once a second of its progress, until interrupted.',
  arguments: {},
  options: {
    key: many(FILE, 'key file of an account with STORE in it, one for each validator', 1),
    rate: withDefault(amountOf('<per second>'), '20', 'transactions a second'),
    network: NETWORK,
  },
  examples: ['blockfin load --rate 100 --key account-1.json --key account-2.json --network network.json'],
  async run({ key, rate, network: networkFile }, terminal) {
    const network = await loadNetworkFile(networkFile)
    const { length } = network.genesis.validators
    if (key.length > length) throw usage(`--key: ${key.length} accounts for ${length} validators`)
    const keys = await Promise.all(key.map((path) => loadAccountKey(path)))
    await runLoad({
      network,
      keys,
      rate,
      now: () => performance.now(),
      stop: terminal.stop,
      record: (record) => terminal.record(record, line(record)),
    })
    return { json: undefined, text: '', exitCode: 0 }
  },
})

const line = (record: LoadRecord): string => {
  if (record.event === 'progress') {
    return `submitted ${record.submitted}  refused ${record.refused}  sealed ${record.sealed}`
  }
  const { stage, height, transactions, own, signers } = record
  return `block ${height} ${stage}: ${transactions} transactions, ${own} of them ours, ${signers} signatures`
}
