import { resolve } from 'node:path'

import type { EvidenceJson } from '../../api/index.js'
import { connect, NETWORK, NODE } from '../connection.js'
import { writeJson } from '../files.js'
import { command, FILE, HASH, optional, required } from '../kit/index.js'
import { checkProof, isRefusal, proofLine, refused } from '../proofs.js'

export const evidenceList = command({
  name: 'evidence list',
  summary: 'show what a node holds against members of the network',
  details:
    'What is marked with a hash is proved: it can be exported, and checked by anyone with `blockfin verify`.',
  arguments: {},
  options: { network: NETWORK, node: NODE },
  examples: ['blockfin evidence list', 'blockfin evidence list --node http://127.0.0.1:8080 --json'],
  async run(given) {
    const { client } = await connect(given)
    const { evidence } = await client.evidence()
    return { json: evidence, text: evidence.length === 0 ? 'nothing' : evidence.map(lineOf).join('\n') }
  },
})

export const evidenceExport = command({
  name: 'evidence export',
  summary: 'fetch a proof of misbehaviour, check it, and write it to a file',
  arguments: { hash: required(HASH, 'hash of the proof') },
  options: {
    network: NETWORK,
    node: NODE,
    out: optional(FILE, 'where the proof goes (default: <hash>.evidence.json)'),
  },
  examples: ['blockfin evidence export 3f0c...e1 --out evidence.json'],
  async run({ hash, network: networkFile, node, out }) {
    const { network, client } = await connect({ network: networkFile, node })
    const fetched = await client.evidenceProof(hash)
    const checked = await checkProof(network, fetched)
    if (isRefusal(checked)) throw refused(checked)
    const file = resolve(out ?? `${hash}.evidence.json`)
    await writeJson(file, fetched, 'replace')
    return { json: { file, ...checked }, text: `${proofLine(network, checked)}\nthe proof stands in ${file}` }
  },
})

const lineOf = ({ hash, code, proved, culprits }: EvidenceJson): string => {
  const names = [...new Set(culprits.map(({ name, role }) => `${name} (${role})`))].join(', ')
  return [proved ? hash : '-'.padEnd(64), code.padEnd(24), names].join('  ')
}
