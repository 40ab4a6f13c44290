import { isExplicit, type Issuance, type Transaction } from '../codec/index.js'
import { SIGHASH_ALL, nullData } from '../script/index.js'
import { signTransaction } from '../signing/index.js'
import { RPC, RpcError } from '../rpc/index.js'
import { bytesOfId } from '../codec/index.js'
import {
  compose,
  type Means,
  type Note,
  type OwnedOutput,
  type Payment,
  type Plan,
  type Spendable,
} from '../wallet/index.js'
import type { OceanNode } from './ocean-node.js'

/** What the wallet makes, signs, keeps and sends. */

export interface Order {
  readonly payments: readonly Payment[]
  /** The first of them that the wallet has enough of pays the fee. */
  readonly feeAssets: readonly string[]
  readonly issuance?: Issuance
  readonly mustSpend?: readonly Spendable[]
}

export const spendableOf = ({ outPoint, output }: OwnedOutput): readonly Spendable[] => {
  if (!isExplicit(output) || output.value === 0n) return []
  return [{ outPoint, script: output.script, asset: output.asset, value: output.value }]
}

/** Confirmations asked of others' payments, where there is a choice. */
const SETTLED = 6

const tiersOf = ({ wallet: { holdings, ledger } }: OceanNode): Means['tiers'] => {
  const trusted = holdings
    .unspent()
    .filter(({ entry, ownership }) => ownership === 'spendable' && holdings.isTrusted(entry))
  const isOwn = ({ entry }: OwnedOutput): boolean =>
    entry.transaction.inputs.some(({ previous }) => ledger.ownedAt(previous) !== undefined)
  const settled = trusted.filter((owned) => {
    const depth = holdings.depthOf(owned.entry)
    return depth >= SETTLED || (depth >= 1 && isOwn(owned))
  })
  const mined = trusted.filter(({ entry }) => holdings.depthOf(entry) >= 1)
  return [settled, mined, trusted].map((owned) => owned.flatMap(spendableOf))
}

/** Mostly the height, now and then less, so that what was held back does not stand out. */
const lockTimeFor = ({ chain, wallet }: OceanNode): number =>
  wallet.draw(10) === 0 ? Math.max(0, chain.height - wallet.draw(100)) : chain.height

const meansOf = (node: OceanNode): Means => ({
  tiers: tiersOf(node),
  changeScript: node.wallet.changeScript,
  keys: node.wallet.ring,
  lockTime: lockTimeFor(node),
  draw: (limit) => node.wallet.draw(limit),
  fixedFee: node.conf.node.policy.fixedFee,
})

/** The contract within the transaction, where keys are not bound to it. */
const contractPayment = ({ conf, parameters }: OceanNode): readonly Payment[] => {
  if (!conf.node.policy.contractInTransaction) return []
  const script = nullData(bytesOfId(parameters.contractHash))
  return [{ script, asset: parameters.domainAsset, value: 0n }]
}

const composeFirst = (order: Order, node: OceanNode) => {
  const means = meansOf(node)
  const payments = [...order.payments, ...contractPayment(node)]
  for (const feeAsset of order.feeAssets) {
    const { issuance, mustSpend } = order
    const plan: Plan = {
      payments,
      feeAsset,
      ...(issuance ? { issuance } : {}),
      ...(mustSpend ? { mustSpend } : {}),
    }
    const composed = compose(plan, means)
    if (composed) return composed
  }
  throw new RpcError(RPC.wallet, 'Insufficient funds')
}

/**
 * The transaction is the wallet's even if the mempool refuses it, as with a real node; `abandontransaction` frees its
 * coins.
 *
 * @throws RpcError
 */
export const pay = (order: Order, note: Note, node: OceanNode): Transaction => {
  const { transaction: bare, coins, changeCount } = composeFirst(order, node)
  const scripts = new Map(bare.inputs.map(({ previous }, index) => [previous, coins[index]?.script]))
  const { transaction, unsigned } = signTransaction({
    variants: [bare],
    scriptOf: (outPoint) => scripts.get(outPoint),
    keys: node.wallet.ring,
    type: SIGHASH_ALL,
  })
  if (unsigned.length > 0) throw new RpcError(RPC.wallet, 'Signing transaction failed')
  node.wallet.commit(transaction, changeCount, note)
  node.broadcast(transaction)
  return transaction
}
