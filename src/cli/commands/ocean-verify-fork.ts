import { checkFork, decodeForkProof, type ForkProof, genesisOf } from '../../ocean/chain/index.js'
import { loadConf } from '../../ocean/conf/index.js'
import { chainConfiguration } from '../../ocean/node/index.js'
import { CodedError, fromHex } from '../../util/index.js'
import { command, FILE, required, TEXT } from '../kit/index.js'

export const oceanVerifyFork = command({
  name: 'ocean verify-fork',
  summary: 'check the proof of a fork of an Ocean chain, and name those who signed both blocks',
  details:
    'Needs no node: the proof is the two signed headers, as `getforks` gives them, and the configuration says what ' +
    'a signature of the chain is.',
  arguments: { proof: required(TEXT, 'hexadecimal') },
  options: { conf: required(FILE, "the chain's ocean.conf") },
  examples: ['blockfin ocean verify-fork --conf ocean.conf 00000020...'],
  async run({ proof, conf }) {
    const { parameters } = genesisOf(chainConfiguration(await loadConf(conf), undefined))
    const fork = checkFork(proofOf(proof), parameters)
    if (typeof fork === 'string') throw new CodedError(fork, 'these two headers prove no fork of this chain')
    const { height, blocks, signers } = fork
    return {
      json: fork,
      text: [
        `two signed blocks of height ${height}:`,
        ...blocks.map((hash) => `  ${hash}`),
        'signed by both:',
        ...signers.map((key) => `  ${key}`),
      ].join('\n'),
    }
  },
})

/** @throws CodedError `fork-proof-malformed` */
const proofOf = (text: string): ForkProof => {
  try {
    return decodeForkProof(fromHex(text.toLowerCase()))
  } catch (cause) {
    throw new CodedError('fork-proof-malformed', 'the proof is not two headers in hexadecimal', {}, { cause })
  }
}
