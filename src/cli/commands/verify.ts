import { loadNetworkFile } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { NETWORK } from '../connection.js'
import { readText } from '../files.js'
import { command, FILE, flag, required } from '../kit/index.js'
import { checkProof, isRefusal, parseProofs, proofLine, refused, type Checked } from '../proofs.js'

export const verify = command({
  name: 'verify',
  summary: 'check proofs of transactions, accounts and misbehaviour offline, against the network file alone',
  details:
    'The file holds one proof, a list of proofs, or a proof on each line. For a transaction it says whether it was ' +
    'executed, or failed and with which code; for an account what it held; of misbehaviour who did what.',
  arguments: { file: required(FILE, 'proof, from a Messagenode or anyone') },
  options: { network: NETWORK, summary: flag('only count them') },
  examples: [
    'blockfin verify proof.json --network network.json',
    'blockfin verify devnet/client/proofs.jsonl',
  ],
  async run({ file, network: networkFile, summary }, terminal) {
    const network = await loadNetworkFile(networkFile)
    const proofs = parseProofs(await readText(file), file)
    if (proofs.length === 0) throw new CodedError('file-malformed', `${file} holds no proof`, { path: file })
    const checked: Checked[] = []
    for (const [place, proof] of proofs.entries()) {
      const result = await checkProof(network, proof)
      if (isRefusal(result)) throw proofs.length === 1 ? refused(result) : refusedAt(place, result.code)
      checked.push(result)
      if (checked.length % 1000 === 0)
        terminal.progress(`checked ${checked.length} of ${proofs.length} proofs`)
    }
    const lines = checked.map((each) => proofLine(network, each))
    if (checked.length === 1 && !summary) return { json: checked[0], text: lines.join('\n') }
    const executed = count(checked, 'executed')
    const failed = count(checked, 'failed')
    const misbehaviour = checked.filter(({ proves }) => proves === 'misbehaviour').length
    const convicted = misbehaviour === 0 ? '' : `, ${misbehaviour} of misbehaviour`
    const counted = `${checked.length} proofs hold: ${executed} executed, ${failed} failed${convicted}`
    return {
      json: { proofs: checked.length, executed, failed, misbehaviour, ...(summary ? {} : { checked }) },
      text: summary ? counted : [...lines, counted].join('\n'),
    }
  },
})

const count = (checked: readonly Checked[], outcome: 'executed' | 'failed'): number =>
  checked.filter((each) => each.proves === 'transaction' && each.outcome === outcome).length

const refusedAt = (place: number, code: string): CodedError =>
  new CodedError(code, `proof ${place + 1} of the file does not hold`, { place })
