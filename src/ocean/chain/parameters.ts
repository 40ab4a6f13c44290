import { type AddressPrefixes, prefixesOf } from '../keys/index.js'

/** The six policy assets, in the order the genesis block issues them. */
export const POLICY_ASSETS = [
  'FREEZELIST',
  'BURNLIST',
  'WHITELIST',
  'CHALLENGE',
  'PERMISSION',
  'ISSUANCE',
] as const

export type PolicyAsset = (typeof POLICY_ASSETS)[number]

/** The asset fees are paid in. */
export const DOMAIN_ASSET_LABEL = 'CBT'

/** What a chain's genesis follows from; named after the options of `ocean.conf` that give it. */
export interface ChainConfiguration {
  /** `chain` */
  readonly chain: string
  /** `signblockscript`, the challenge of the first blocks. */
  readonly signBlockScript: Uint8Array
  /** `fedpegscript`; the node's default is OP_TRUE. */
  readonly fedpegScript?: Uint8Array
  /** `parentcontract`: 20 bytes as given. */
  readonly parentContract?: Uint8Array
  /** `fedpegaddress`: hexadecimal as given, hashed as text. */
  readonly fedpegAddress?: string
  /** `issuecontrolscript` */
  readonly issueControlScript?: Uint8Array
  /** `parentgenesisblockhash`, printed order; the node's default is Ethereum's. */
  readonly parentGenesisHash?: string
  /** `initialfreecoins` in satoshis. */
  readonly initialFreeCoins?: bigint
  /** `initialfreecoinsdestination` */
  readonly initialFreeCoinsScript?: Uint8Array
  /** `policycoins` in satoshis. */
  readonly policyCoins?: bigint
  /** `freezelistcoinsdestination` and its siblings: only those that are set. */
  readonly policyCoinScripts?: Readonly<Partial<Record<PolicyAsset, Uint8Array>>>
  /** `attestationhash`, printed order. */
  readonly attestationHash?: string
  /** `con_mandatorycoinbase`: where fees have to go. */
  readonly mandatoryCoinbase?: Uint8Array
  /** Hash of the terms and conditions, printed order; zero without a contract file. */
  readonly contractHash?: string
  /** `signblockscriptchange`: further challenges by the height each one starts at. */
  readonly challengeChanges?: readonly { readonly height: number; readonly script: Uint8Array }[]
}

/** Ethereum's first block: the parent of a chain that names none. */
export const DEFAULT_PARENT_GENESIS = 'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3'

/** What validation needs of a chain, worked out once from its configuration. */
export interface ChainParameters {
  readonly chain: string
  readonly prefixes: AddressPrefixes
  readonly genesisHash: string
  readonly domainAsset: string
  readonly policyAssets: Readonly<Partial<Record<PolicyAsset, string>>>
  /** Labels as `dumpassetlabels` shows them. */
  readonly assetLabels: ReadonlyMap<string, string>
  readonly mandatoryCoinbase: Uint8Array | undefined
  /** The contract wallet keys are bound to. */
  readonly contractHash: string
  readonly signBlockScript: Uint8Array
  readonly challengeChanges: readonly { readonly height: number; readonly script: Uint8Array }[]
}

export const chainPrefixes = ({ chain }: ChainConfiguration): AddressPrefixes => prefixesOf(chain)
