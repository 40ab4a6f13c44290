import { apiError } from '../api/index.js'
import { certificateJson, type ChainView, headerJson } from '../chain-store/index.js'
import type { Hash } from '../feeds/index.js'
import {
  type ProvedHeader,
  provePosition,
  type SealedCertificate,
  type StateProof,
  type TransactionProof,
} from '../protocol/index.js'
import { assert, toHex } from '../util/index.js'
import type { SealedStates } from './sealed-states.js'

/** Makes proofs for anyone from what is stored and sealed here; verifying them needs the network file alone. */
export class Prover<State> {
  constructor(
    private readonly view: ChainView<State>,
    private readonly states: SealedStates<State>,
  ) {}

  /** @throws CodedError `transaction-unknown`, `not-sealed`, `data-pruned` */
  async transaction(hash: Hash): Promise<TransactionProof> {
    const { store, host } = this.view
    const found = await store.find(hash)
    if (!found) throw apiError(this.view.waiting(hash) ? 'not-sealed' : 'transaction-unknown', { hash })
    const { height, position } = found
    const sealed = await this.#sealed(height)
    const records = await store.transactions(height)
    const record = records[position]
    assert(record, 'the index names a position of the block')
    const { lane, sequence, index, code } = record
    return {
      type: 'transaction-proof',
      version: 1,
      chainId: host.network.chainId,
      transaction: toHex(await this.view.transactionBytes(height, record)),
      place: { lane, sequence, index },
      position,
      code,
      ...provePosition(records, position),
      ...sealed,
    }
  }

  /** The application's answer on the newest sealed state. @throws CodedError `not-sealed`, `account-unknown` */
  async account(account: Hash): Promise<StateProof> {
    const { newest } = this.states
    if (newest === null) throw apiError('not-sealed', { account })
    const sealed = await this.#sealed(newest.height)
    const { application, network } = this.view.host
    const path = `accounts/${account}`
    const answer = application.query(newest.state, path)
    if (answer === null) throw apiError('account-unknown', { account })
    const { chainId } = network
    const roots = application.roots(newest.state)
    return { type: 'state-proof', version: 1, chainId, path, answer, roots, ...sealed }
  }

  async #sealed(height: number): Promise<{ header: ProvedHeader; sealed: SealedCertificate }> {
    const header = await this.view.store.header(height)
    const certificate = await this.view.store.sealed(height)
    if (!header || !certificate) throw apiError('not-sealed', { height })
    const { key: _key, stage, stateRoot, round, ...rest } = certificateJson(certificate)
    const lists = { signers: [...rest.signers], signatures: [...rest.signatures] }
    assert(stage === 'sealed' && stateRoot !== null && round === 0, 'only a seal is stored as one')
    return { header: headerJson(header), sealed: { ...rest, ...lists, stage, stateRoot, round } }
  }
}
