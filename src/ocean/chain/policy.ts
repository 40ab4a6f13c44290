import {
  isExplicit,
  isFee,
  isReissuance,
  issuedBy,
  type Transaction,
  type TransactionOutput,
} from '../codec/index.js'
import { formOf, OP } from '../script/index.js'
import { destinationKey, destinationKeyOfScript, type DestinationKey } from './address-list.js'
import type { Coin } from './coins.js'
import type { PolicyLists } from './lists.js'
import type { ChainParameters } from './parameters.js'
import { firstRefusal, nonStandard, type Refusal } from './refusal.js'

/** What a node enforces on transactions it is sent; named after the options of `ocean.conf`. */
export interface PolicyRules {
  readonly pkhWhitelist: boolean
  readonly freezeList: boolean
  readonly burnList: boolean
  readonly issuanceBlock: boolean
  /** The real node refuses only if all inputs are frozen, so one free input moves a frozen coin. */
  readonly frozenInputs: 'any' | 'all'
}

export interface PolicyQuestion {
  readonly transaction: Transaction
  /** What the inputs spend, in order. */
  readonly coins: readonly Coin[]
  readonly lists: PolicyLists
  readonly rules: PolicyRules
  readonly parameters: ChainParameters
}

/** Pays nobody: marks a redemption. */
const NULL_ADDRESS: DestinationKey = destinationKey({ type: 'keyHash', hash: new Uint8Array(20) })

const addressOf = ({ script }: TransactionOutput): DestinationKey | undefined =>
  destinationKeyOfScript(script)

const isData = ({ script }: TransactionOutput): boolean => script[0] === OP.RETURN

const isMarker = (output: TransactionOutput): boolean =>
  output.value === 0n && addressOf(output) === NULL_ADDRESS

export const isRedemption = ({ outputs }: Transaction): boolean => outputs.some(isMarker)

/** An output of value that nobody can spend. */
const isBurning = (output: TransactionOutput): boolean =>
  isData(output) && isExplicit(output) && output.value > 0n

/** One output in a policy asset takes the whole transaction out of the lists' reach. */
export const isPolicyTransaction = ({ outputs }: Transaction, { policyAssets }: ChainParameters): boolean => {
  const assets = new Set<unknown>(Object.values(policyAssets))
  return outputs.some(({ asset }) => assets.has(asset))
}

const isRegistration = ({ script }: TransactionOutput): boolean =>
  /^(?:de)?register/.test(formOf(script).type)

/** Tokens of the assets that a transaction makes more of: they go back to whoever controls the asset. */
const tokensReissuedBy = ({ inputs }: Transaction): ReadonlySet<unknown> =>
  new Set(
    inputs.flatMap((input) =>
      input.issuance && isReissuance(input.issuance) ? [issuedBy(input)?.token] : [],
    ),
  )

const checkWhitelist = ({ transaction, lists }: PolicyQuestion): Refusal | undefined => {
  const tokens = tokensReissuedBy(transaction)
  const mayPay = (output: TransactionOutput): boolean => {
    if (isFee(output) || isData(output) || isMarker(output) || isRegistration(output)) return true
    if (tokens.has(output.asset)) return true
    const address = addressOf(output)
    return address !== undefined && lists.whitelist.has(address)
  }
  return transaction.outputs.every(mayPay) ? undefined : nonStandard('non-whitelisted-address')
}

const isFrozenKey = (address: DestinationKey | undefined, lists: PolicyLists): boolean =>
  address?.startsWith('keyHash:') === true && lists.freezelist.has(address)

const isFrozen = ({ coins, lists, rules }: PolicyQuestion): boolean => {
  const isListed = ({ output }: Coin): boolean => isFrozenKey(addressOf(output), lists)
  return rules.frozenInputs === 'any' ? coins.some(isListed) : coins.every(isListed)
}

/** One input, and its address is on the list. */
const mayBurn = ({ coins, lists }: PolicyQuestion): boolean => {
  const [coin] = coins
  const address = coin && addressOf(coin.output)
  return coins.length === 1 && address !== undefined && lists.burnlist.has(address)
}

const checkFrozen = (question: PolicyQuestion): Refusal | undefined => {
  if (!isFrozen(question)) return undefined
  if (!question.transaction.outputs.every(isBurning)) return nonStandard('freezelist-address-input')
  return mayBurn(question) ? undefined : nonStandard('freezelist-burn-no-burnlist')
}

const checkRedemption = ({ transaction, lists }: PolicyQuestion): Refusal | undefined => {
  if (!isRedemption(transaction)) return undefined
  const mayStand = (output: TransactionOutput): boolean =>
    isMarker(output) || isData(output) || isFrozenKey(addressOf(output), lists)
  return transaction.outputs.every(mayStand) ? undefined : nonStandard('redemption-tx-not-freezelisted')
}

const checkBurn = (question: PolicyQuestion): Refusal | undefined => {
  const burns = question.transaction.outputs.some(isBurning)
  return burns && !mayBurn(question) ? nonStandard('burn-tx-not-burnlisted') : undefined
}

/** New assets only on an ISSUANCE coin, and to a listed address. */
export const checkIssuance = (question: PolicyQuestion): Refusal | undefined => {
  const { transaction, coins, lists, rules, parameters } = question
  const isIssuing = transaction.inputs.some(({ issuance }) => issuance && !isReissuance(issuance))
  if (!rules.issuanceBlock || !isIssuing) return undefined
  const spent = coins[0]?.output.asset
  if (spent === undefined || spent !== parameters.policyAssets.ISSUANCE) {
    return nonStandard('fblockissuancetx-non-issuance-asset')
  }
  const [first] = transaction.outputs
  const address = first && addressOf(first)
  const isListed = address?.startsWith('keyHash:') === true && lists.whitelist.has(address)
  return rules.pkhWhitelist && !isListed ? nonStandard('fblockissuancetx-non-whitelisted-address') : undefined
}

/** What the lists say; mempool policy, never asked of a block. */
export const checkLists = (question: PolicyQuestion): Refusal | undefined => {
  const { transaction, rules, parameters } = question
  if (isPolicyTransaction(transaction, parameters)) return undefined
  return firstRefusal(
    () => (rules.freezeList ? checkFrozen(question) : undefined),
    () => (rules.freezeList ? checkRedemption(question) : undefined),
    () => (rules.burnList ? checkBurn(question) : undefined),
    () => (rules.pkhWhitelist ? checkWhitelist(question) : undefined),
  )
}
