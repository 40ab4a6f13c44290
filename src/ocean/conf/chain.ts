import type { Settings } from './lines.js'
import { hexOf, hexOfSize, invalid, satoshisOf } from './values.js'

/** What of a configuration makes the chain: nodes that differ in any of it have different genesis blocks. */
export interface ChainConf {
  readonly name: string
  readonly prefixes: Prefixes
  /** Scripts are hexadecimal digits throughout. */
  readonly signBlockScript: string
  readonly fedpegScript: string
  /** 20 bytes of Ethereum, if pegged: as given, since the genesis block commits to its text. */
  readonly fedpegAddress: string | undefined
  readonly parentContract: string | undefined
  /** As it is given, which is how hashes are shown: bytes reversed. */
  readonly parentGenesisHash: string | undefined
  readonly attestationHash: string | undefined
  readonly issueControlScript: string | undefined
  readonly freeCoins: Coins | undefined
  /** In the order of the genesis block; those without a destination are left out. */
  readonly policyCoins: readonly PolicyCoins[]
}

/** Version bytes of addresses and keys. */
export interface Prefixes {
  readonly pubkeyHash: number
  readonly scriptHash: number
  readonly secretKey: number
}

export interface Coins {
  readonly satoshis: bigint
  readonly destination: string
}

export interface PolicyCoins extends Coins {
  readonly policy: Policy
}

export const POLICIES = [
  'freezelist',
  'burnlist',
  'whitelist',
  'challenge',
  'permission',
  'issuance',
] as const
export type Policy = (typeof POLICIES)[number]

export const DEFAULT_CHAIN = 'ocean_test'

/** Any other name has those of `ocean_test`. */
const PREFIXES: ReadonlyMap<string, Prefixes> = new Map([
  ['ocean_main', { pubkeyHash: 28, scriptHash: 87, secretKey: 128 }],
  ['gold_main', { pubkeyHash: 38, scriptHash: 97, secretKey: 180 }],
])
const TEST_PREFIXES: Prefixes = { pubkeyHash: 235, scriptHash: 75, secretKey: 239 }

/** OP_TRUE: anybody signs. */
const ANYBODY = '51'

/** @throws CodedError `ocean-conf-invalid` */
export const chainConf = (settings: Settings): ChainConf => {
  const name = settings.one('chain') ?? DEFAULT_CHAIN
  // It names folders below the data directory.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw invalid('chain', 'letters, digits, dashes and underscores')
  return {
    name,
    prefixes: PREFIXES.get(name) ?? TEST_PREFIXES,
    signBlockScript: hexOf(settings, 'signblockscript') ?? ANYBODY,
    fedpegScript: hexOf(settings, 'fedpegscript') ?? ANYBODY,
    fedpegAddress: hexOfSize(settings, 'fedpegaddress', 20) && settings.one('fedpegaddress'),
    parentContract: hexOfSize(settings, 'parentcontract', 20),
    parentGenesisHash: hexOfSize(settings, 'parentgenesisblockhash', 32),
    attestationHash: hexOfSize(settings, 'attestationhash', 32),
    issueControlScript: hexOf(settings, 'issuecontrolscript'),
    freeCoins: freeCoins(settings),
    policyCoins: policyCoins(settings),
  }
}

const freeCoins = (settings: Settings): Coins | undefined => {
  const satoshis = satoshisOf(settings, 'initialfreecoins') ?? 0n
  if (satoshis === 0n) return undefined
  return { satoshis, destination: hexOf(settings, 'initialfreecoinsdestination') ?? ANYBODY }
}

const policyCoins = (settings: Settings): readonly PolicyCoins[] => {
  const satoshis = satoshisOf(settings, 'policycoins') ?? 0n
  if (satoshis === 0n) return []
  return POLICIES.flatMap((policy) => {
    const destination = hexOf(settings, `${policy}coinsdestination`)
    return destination === undefined ? [] : [{ policy, satoshis, destination }]
  })
}
