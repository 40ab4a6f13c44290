import type {
  AccountReply,
  BatchAnswer,
  BlockAnswer,
  BlockEvent,
  CertificateJson,
  EvidenceAnswer,
  StatusAnswer,
  SubmitAnswer,
  TransactionState,
  TransactionStatus,
} from '../api/index.js'
import type { Hash } from '../feeds/index.js'
import type { EvidenceProof, StateProof, TransactionProof } from '../protocol/index.js'
import { toHex } from '../util/index.js'
import { readEvents } from './event-source.js'
import { DEFAULT_PATIENCE, type Patience, ServerList } from './server-list.js'
import { waitForStage } from './wait.js'

/** Base URLs of the APIs, e.g. `http://127.0.0.1:8001`. */
export interface ClientOptions extends Partial<Patience> {
  readonly validators: readonly string[]
  readonly messagenodes?: readonly string[]
}

/**
 * A client of the network. Every call throws a CodedError of the API's table: the server's refusal, or `unreachable`
 * once `rounds` over all servers failed. Submitting again is harmless, since a transaction is named by its hash.
 */
export interface Client {
  /** Resolves once one validator holds the transaction durably. Canonical bytes, signature included. */
  submit(transaction: Uint8Array): Promise<SubmitAnswer>
  /** 1 to 256 transactions, admitted in this order; each has an outcome of its own. */
  submitBatch(transactions: readonly Uint8Array[]): Promise<BatchAnswer>
  status(hash: Hash): Promise<TransactionStatus>
  /** Resolves when the stage is reached, executed or failed: look at `result`. @throws CodedError `wait-timeout` */
  waitFor(
    hash: Hash,
    stage?: Exclude<TransactionState, 'unknown'>,
    options?: { readonly timeoutMs?: number },
  ): Promise<TransactionStatus>
  /** With `pending`, as if what waits at the asked validator were executed: the next nonce to use. */
  account(account: string, options?: { readonly pending?: boolean }): Promise<AccountReply>
  block(height: number | 'latest' | 'sealed', options?: { readonly bytes?: boolean }): Promise<BlockAnswer>
  /** From a Messagenode; verify it before believing it. */
  transactionProof(hash: Hash): Promise<TransactionProof>
  /** From a Messagenode; verify it before believing it. */
  accountProof(account: string): Promise<StateProof>
  certificate(stage: 'committed' | 'sealed', height: number): Promise<CertificateJson>
  /** What the node asked holds against members. */
  evidence(): Promise<EvidenceAnswer>
  /** A proof of misbehaviour by its hash; verify it before believing it. */
  evidenceProof(hash: Hash): Promise<EvidenceProof>
  /** Status of the node asked, a validator if there is one. */
  nodeStatus(): Promise<StatusAnswer>
  /** New blocks as they are committed and sealed; with `height`, one block's steps until its seal. */
  events(options?: {
    readonly height?: number
    readonly signal?: AbortSignal
  }): AsyncGenerator<BlockEvent, void, void>
}

/** How long `waitFor` waits unless told. */
const DEFAULT_WAIT_MS = 60_000

export const createClient = ({ validators, messagenodes = [], ...rest }: ClientOptions): Client => {
  const patience: Patience = { ...DEFAULT_PATIENCE, ...rest }
  const voting = new ServerList(validators, patience)
  const serving = new ServerList(messagenodes, patience)
  // Both kinds of node answer these; a client given one kind only asks that kind.
  const readers = validators.length > 0 ? voting : serving
  const everywhere = () => [...voting.inTurn(), ...serving.inTurn()]
  return {
    submit: async (transaction) =>
      (await voting.ask({
        path: '/v1/transactions',
        method: 'POST',
        contentType: 'application/octet-stream',
        body: transaction,
        sticky: true,
      })) as SubmitAnswer,

    submitBatch: async (transactions) =>
      (await voting.ask({
        path: '/v1/transactions/batch',
        method: 'POST',
        contentType: 'application/json',
        body: JSON.stringify({ transactions: transactions.map(toHex) }),
        sticky: true,
      })) as BatchAnswer,

    status: async (hash) =>
      (await readers.ask({ path: `/v1/transactions/${hash}` }, ['transaction-unknown'])) as TransactionStatus,

    waitFor: (hash, stage = 'sealed', { timeoutMs = DEFAULT_WAIT_MS } = {}) =>
      waitForStage(everywhere, hash, stage, { timeoutMs, delayMs: patience.delayMs }),

    account: async (account, { pending = false } = {}) =>
      (await voting.ask({
        path: `/v1/accounts/${account}${pending ? '?pending=true' : ''}`,
      })) as AccountReply,

    block: async (height, { bytes = false } = {}) =>
      (await readers.ask({ path: `/v1/blocks/${height}${bytes ? '?bytes=true' : ''}` }, [
        'block-unknown',
        'data-pruned',
      ])) as BlockAnswer,

    transactionProof: async (hash) =>
      (await serving.ask({ path: `/v1/proofs/transactions/${hash}` }, UNPROVED)) as TransactionProof,

    accountProof: async (account) =>
      (await serving.ask({ path: `/v1/proofs/accounts/${account}` }, UNPROVED)) as StateProof,

    certificate: async (stage, height) =>
      (await serving.ask({ path: `/v1/certificates/${stage}/${height}` }, [
        'certificate-unknown',
      ])) as CertificateJson,

    evidence: async () => (await readers.ask({ path: '/v1/evidence' })) as EvidenceAnswer,

    evidenceProof: async (hash) =>
      (await readers.ask({ path: `/v1/evidence/${hash}` }, ['evidence-unknown'])) as EvidenceProof,

    nodeStatus: async () => (await readers.ask({ path: '/v1/status' })) as StatusAnswer,

    events: ({ height, signal } = {}) => blockEvents(readers, height, signal ?? new AbortController().signal),
  }
}

/** Another Messagenode may be further, or hold more. */
const UNPROVED = ['transaction-unknown', 'not-sealed', 'data-pruned']

/** Opens the stream at the first server that answers; one that breaks off later ends with its error. */
async function* blockEvents(
  servers: ServerList,
  height: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<BlockEvent, void, void> {
  const path = height === undefined ? '/v1/events' : `/v1/events?height=${height}`
  const { url } = await servers.find({ path: '/v1/status' })
  for await (const { data } of readEvents(url, path, signal)) yield data as BlockEvent
}
