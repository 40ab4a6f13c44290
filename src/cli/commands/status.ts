import type { StatusAnswer } from '../../api/index.js'
import { createClient } from '../../client/index.js'
import { loadNetworkFile, type Network } from '../../roles/index.js'
import { CodedError, isCoded } from '../../util/index.js'
import { NETWORK, NODE } from '../connection.js'
import { command } from '../kit/index.js'

/** One look at each node: a person waits, and a node that is down should be told of soon. */
const PATIENCE = { rounds: 1, requestTimeoutMs: 3000 } as const

export const status = command({
  name: 'status',
  summary: 'show the network: capacity of a block, empty blocks, and the height of every node',
  arguments: {},
  options: { network: NETWORK, node: NODE },
  examples: ['blockfin status', 'blockfin status --node http://127.0.0.1:8080 --json'],
  async run({ network: networkFile, node }) {
    const network = await loadNetworkFile(networkFile)
    const nodes = await Promise.all(
      targets(network, node).map(async (target) => ({ ...target, ...(await ask(target.url)) })),
    )
    if (nodes.every(({ status }) => status === null)) {
      throw new CodedError('unreachable', 'no node of the network answers')
    }
    const { networkId, chainId, parameters, genesis } = network
    const { capacity, emptyBlocks } = parameters
    return {
      json: { networkId, chainId, capacity, emptyBlocks, quorum: genesis.quorum, nodes },
      text: [...networkLines(network), '', ...nodes.map(nodeLine)].join('\n'),
    }
  },
})

interface Target {
  readonly name: string
  readonly url: string
}

const targets = ({ members }: Network, urls: readonly string[]): readonly Target[] => {
  const known = members.flatMap(({ name, addresses }) =>
    addresses.http === null ? [] : [{ name, url: addresses.http }],
  )
  if (urls.length === 0) return known
  return urls.map((url) => known.find((target) => target.url === url) ?? { name: url, url })
}

type Answer =
  { readonly status: StatusAnswer; readonly error: null } | { readonly status: null; readonly error: string }

const ask = async (url: string): Promise<Answer> => {
  try {
    return { status: await createClient({ validators: [url], ...PATIENCE }).nodeStatus(), error: null }
  } catch (error) {
    if (isCoded(error)) return { status: null, error: error.code }
    throw error
  }
}

const networkLines = ({ networkId, chainId, parameters, genesis }: Network): readonly string[] => {
  const { capacity, emptyBlocks } = parameters
  return [
    `network       ${networkId}`,
    `chain         ${chainId}`,
    `members       ${genesis.validators.length} validators, ${genesis.messagenodes.length} Messagenodes; ` +
      `${genesis.quorum} signatures make a certificate`,
    `block         at most ${capacity.transactions} transactions, ${capacity.bytes} bytes, ${capacity.batchMs} ms`,
    `empty blocks  ${emptyBlocks.launch} at launch, ${emptyBlocks.ahead} ahead`,
  ]
}

const nodeLine = ({ name, url, status, error }: Target & Answer): string => {
  if (status === null) return `${name.padEnd(16)}  ${url}  ${error}`
  const { height, executedHeight, sealedHeight, pendingTransactions, peers, problems, hints, behindHeights } =
    status
  const findings = Object.entries(status.findings).map(([code, count]) => `${count} ${code}`)
  return [
    name.padEnd(16),
    ...(name === url ? [] : [url]),
    `height ${height}`,
    `executed ${executedHeight}`,
    `sealed ${sealedHeight}`,
    `pending ${pendingTransactions}`,
    `peers ${peers}`,
    ...(behindHeights === 0 ? [] : [`behind by ${behindHeights}`]),
    ...(problems.length === 0 ? [] : [problems.join(', ')]),
    ...(findings.length === 0 ? [] : [`found ${findings.join(', ')} by ${status.culprits.join(', ')}`]),
    ...(hints.length === 0 ? [] : [`look at: ${hints.join(', ')}`]),
  ].join('  ')
}
