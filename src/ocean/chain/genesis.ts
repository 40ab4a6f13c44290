import { EMPTY_BYTES, toHex, utf8 } from '../../util/index.js'
import {
  assetEntropy,
  assetOfEntropy,
  type Block,
  blockHash,
  FINAL_SEQUENCE,
  idOf,
  inMoneyRange,
  NO_INDEX,
  NULL_ID,
  oceanError,
  type OutPoint,
  sha256,
  type Transaction,
  type TransactionOutput,
  transactionsRoot,
} from '../codec/index.js'
import { nullData, push } from '../script/index.js'
import {
  type ChainConfiguration,
  type ChainParameters,
  chainPrefixes,
  DEFAULT_PARENT_GENESIS,
  DOMAIN_ASSET_LABEL,
  POLICY_ASSETS,
  type PolicyAsset,
} from './parameters.js'

/**
 * The first block and the policy assets, from the configuration alone (facts, section 4). Every issuance spends an
 * outpoint of a transaction that never was: the commitment to the configuration, counted up.
 */

const GENESIS_TIME = 1514764800
const OUTPUTS_OF_ISSUANCE = 100n
const NO_NONCE = Uint8Array.of(0)
const DEFAULT_FEDPEG_SCRIPT = Uint8Array.of(0x51)

const commitmentOf = (configuration: ChainConfiguration): Uint8Array => {
  const parentContract = configuration.parentContract ?? EMPTY_BYTES
  return sha256(
    utf8(
      configuration.chain +
        toHex(configuration.fedpegScript ?? DEFAULT_FEDPEG_SCRIPT) +
        toHex(configuration.signBlockScript) +
        toHex(parentContract.slice().reverse()) +
        (configuration.fedpegAddress ?? ''),
    ),
  )
}

const dataOutput = (script: Uint8Array): TransactionOutput => ({
  asset: NULL_ID,
  value: 0n,
  nonce: NO_NONCE,
  script,
})

const coinbase = (configuration: ChainConfiguration, commitment: Uint8Array): Transaction => {
  const { issueControlScript } = configuration
  return {
    version: 1,
    inputs: [
      {
        previous: { txid: NULL_ID, index: NO_INDEX },
        script: push(commitment),
        sequence: FINAL_SEQUENCE,
        isPegIn: false,
      },
    ],
    outputs: [
      dataOutput(nullData()),
      ...(issueControlScript ? [dataOutput(nullData(issueControlScript))] : []),
    ],
    lockTime: 0,
  }
}

interface InitialIssuance {
  readonly label: string
  /** The contract hash the asset's entropy is made with, printed order. */
  readonly contract: string
  readonly amount: bigint
  readonly script: Uint8Array
}

/** The contracts of the policy assets are small numbers: 0x10, 0x20 and so on. */
const contractOfPolicy = (asset: PolicyAsset): string =>
  (16 * (POLICY_ASSETS.indexOf(asset) + 1)).toString(16).padStart(64, '0')

const freeCoins = (configuration: ChainConfiguration): InitialIssuance[] => {
  const { initialFreeCoins: amount = 0n, initialFreeCoinsScript: script } = configuration
  const contract = configuration.parentGenesisHash ?? DEFAULT_PARENT_GENESIS
  return amount > 0n ? [{ label: DOMAIN_ASSET_LABEL, contract, amount, script: script ?? EMPTY_BYTES }] : []
}

const policyCoins = ({
  policyCoins: amount = 0n,
  policyCoinScripts,
}: ChainConfiguration): InitialIssuance[] =>
  POLICY_ASSETS.flatMap((label) => {
    const script = policyCoinScripts?.[label]
    return amount > 0n && script ? [{ label, contract: contractOfPolicy(label), amount, script }] : []
  })

interface Issued extends InitialIssuance {
  readonly spent: OutPoint
  readonly asset: string
}

const issuedFrom = (issuance: InitialIssuance, spent: OutPoint): Issued => ({
  ...issuance,
  spent,
  asset: assetOfEntropy(assetEntropy(spent, issuance.contract)),
})

const issuanceTransaction = ({ spent, contract, amount, script, asset }: Issued): Transaction => ({
  version: 1,
  inputs: [
    {
      previous: spent,
      script: EMPTY_BYTES,
      sequence: FINAL_SEQUENCE,
      isPegIn: false,
      issuance: { blindingNonce: NULL_ID, entropy: contract, assetAmount: amount, tokenAmount: 0n },
    },
  ],
  outputs: Array.from({ length: Number(OUTPUTS_OF_ISSUANCE) }, () => ({
    asset,
    value: amount / OUTPUTS_OF_ISSUANCE,
    nonce: NO_NONCE,
    script,
  })),
  lockTime: 0,
})

export interface Genesis {
  readonly block: Block
  readonly parameters: ChainParameters
}

const checkAmount = (amount: bigint | undefined): void => {
  if (amount !== undefined && !inMoneyRange(amount)) {
    throw oceanError('malformed-genesis', 'initial coins lie between 0 and 21000000')
  }
}

/** @throws CodedError `malformed-genesis` */
export const genesisOf = (configuration: ChainConfiguration): Genesis => {
  checkAmount(configuration.initialFreeCoins)
  checkAmount(configuration.policyCoins)
  const commitment = commitmentOf(configuration)
  const txid = idOf(commitment)
  const issued = [...freeCoins(configuration), ...policyCoins(configuration)].map((issuance, index) =>
    issuedFrom(issuance, { txid, index }),
  )
  const block = genesisBlock(configuration, [
    coinbase(configuration, commitment),
    ...issued.map(issuanceTransaction),
  ])
  return { block, parameters: parametersOf(configuration, block, txid, issued) }
}

const genesisBlock = (configuration: ChainConfiguration, transactions: readonly Transaction[]): Block => ({
  header: {
    version: 1,
    previousHash: NULL_ID,
    merkleRoot: transactionsRoot(transactions),
    contractHash: configuration.contractHash ?? NULL_ID,
    attestationHash: configuration.attestationHash ?? NULL_ID,
    mappingHash: NULL_ID,
    time: GENESIS_TIME,
    height: 0,
    challenge: configuration.signBlockScript,
    solution: EMPTY_BYTES,
  },
  transactions,
})

const parametersOf = (
  configuration: ChainConfiguration,
  { header }: Block,
  commitmentId: string,
  issued: readonly Issued[],
): ChainParameters => {
  const contract = configuration.parentGenesisHash ?? DEFAULT_PARENT_GENESIS
  const domainAsset = assetOfEntropy(assetEntropy({ txid: commitmentId, index: 0 }, contract))
  const policy = issued.filter(({ label }) => label !== DOMAIN_ASSET_LABEL)
  return {
    chain: configuration.chain,
    prefixes: chainPrefixes(configuration),
    genesisHash: blockHash(header),
    domainAsset,
    policyAssets: Object.fromEntries(policy.map(({ label, asset }) => [label, asset])),
    assetLabels: new Map([
      [DOMAIN_ASSET_LABEL, domainAsset],
      ...policy.map(({ label, asset }) => [label, asset] as const),
    ]),
    mandatoryCoinbase: configuration.mandatoryCoinbase,
    contractHash: header.contractHash,
    signBlockScript: configuration.signBlockScript,
    challengeChanges: configuration.challengeChanges ?? [],
  }
}

/** The script a block of a height has to be solved for. */
export const challengeAt = (
  { signBlockScript, challengeChanges }: ChainParameters,
  height: number,
): Uint8Array =>
  challengeChanges.reduce(
    (latest, change) => (change.height <= height && change.height >= latest.height ? change : latest),
    { height: 0, script: signBlockScript },
  ).script
