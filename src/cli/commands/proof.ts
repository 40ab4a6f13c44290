import { resolve } from 'node:path'

import { connect, NETWORK, NODE } from '../connection.js'
import { writeJson } from '../files.js'
import { command, FILE, HASH, optional, required } from '../kit/index.js'
import { checkProof, isRefusal, proofLine, refused } from '../proofs.js'

export const proof = command({
  name: 'proof',
  summary: 'fetch the proof of a sealed transaction from a Messagenode, and check it',
  arguments: { hash: required(HASH, 'hash of the transaction') },
  options: {
    network: NETWORK,
    node: NODE,
    out: optional(FILE, 'where the proof goes (default: <hash>.proof.json)'),
  },
  examples: ['blockfin proof 3f0c...e1 --out proof.json'],
  async run({ hash, network: networkFile, node, out }) {
    const { network, client } = await connect({ network: networkFile, node })
    const fetched = await client.transactionProof(hash)
    const checked = await checkProof(network, fetched)
    if (isRefusal(checked)) throw refused(checked)
    const file = resolve(out ?? `${hash}.proof.json`)
    await writeJson(file, fetched, 'replace')
    return { json: { file, ...checked }, text: `${proofLine(network, checked)}\nthe proof stands in ${file}` }
  },
})
