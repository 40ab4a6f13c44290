import {
  type ChainConfiguration,
  type Genesis,
  genesisOf,
  POLICY_ASSETS,
} from '../../../src/ocean/chain/index.js'
import { fromHex } from '../../../src/util/index.js'
import { recordedConf } from './recordings.js'

/** The recorded chain from the nodes' `ocean.conf`, read line by line. */

const optionsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  )

const options = optionsOf(recordedConf(0))

const text = (name: string): string => {
  const value = options.get(name)
  if (value === undefined) throw new Error(`no ${name} in the recorded configuration`)
  return value
}

const bytes = (name: string): Uint8Array => fromHex(text(name).toLowerCase())

/** The hash of the recorded contract file. */
export const RECORDED_CONTRACT_HASH = '858ab0fbcee7654401eb2db40f3318ddcdf679003b00a01f8d8d920a6ce9e3e6'

export const recordedConfiguration: ChainConfiguration = {
  chain: text('chain'),
  signBlockScript: bytes('signblockscript'),
  parentContract: bytes('parentcontract'),
  fedpegAddress: text('fedpegaddress'),
  issueControlScript: bytes('issuecontrolscript'),
  initialFreeCoins: BigInt(text('initialfreecoins')),
  initialFreeCoinsScript: bytes('initialfreecoinsdestination'),
  policyCoins: BigInt(text('policycoins')),
  policyCoinScripts: Object.fromEntries(
    POLICY_ASSETS.map((asset) => [asset, bytes(`${asset.toLowerCase()}coinsdestination`)]),
  ),
  attestationHash: text('attestationhash'),
  mandatoryCoinbase: bytes('con_mandatorycoinbase'),
  contractHash: RECORDED_CONTRACT_HASH,
}

export const recordedGenesis: Genesis = genesisOf(recordedConfiguration)
