/**
 * The JSON of the HTTP API, as `docs/http-api.md` shows it. Hashes are 64 hexadecimal digits, feed ids and message
 * keys their SSB references, heights and counts plain numbers.
 */

export type TransactionState = 'unknown' | 'received' | 'assembled' | 'committed' | 'sealed'

/** What execution made of a transaction. `code` 0 is `executed`; a failed one stays in its block all the same. */
export interface TransactionResult {
  readonly outcome: 'executed' | 'failed'
  readonly code: number
  /** Stable name of the code, from the application. */
  readonly name: string
  readonly sentence: string
}

export interface TransactionPlace {
  /** The validator's transaction feed. */
  readonly feed: string
  readonly lane: number
  readonly sequence: number
  readonly index: number
}

export interface TransactionStatus {
  readonly hash: string
  readonly state: TransactionState
  /** A Messagenode is known to hold it. While false the transaction is safe on one disk only. */
  readonly replicated: boolean
  readonly place: TransactionPlace | null
  readonly block: { readonly height: number; readonly position: number } | null
  readonly result: TransactionResult | null
}

/** Answer to a submission: `known` says that the same bytes were submitted before. */
export interface SubmitAnswer extends TransactionStatus {
  readonly known: boolean
}

export type BatchEntry =
  | { readonly hash: string; readonly status: SubmitAnswer }
  | { readonly hash: string | null; readonly error: { code: string; message: string; data: unknown } }

export interface BatchAnswer {
  /** In the order of the request. */
  readonly results: readonly BatchEntry[]
}

/** Everything `blockId` commits to, and what execution made of it. */
export interface HeaderJson {
  readonly height: number
  readonly epoch: number
  readonly block: string
  /** E(height), the empty block that opened the slot. */
  readonly slot: string
  readonly parent: string
  readonly cutRoot: string
  readonly txRoot: string
  readonly txCount: number
  readonly xRoot: string
}

export interface CertificateJson {
  /** The feed message it stands in. */
  readonly key: string
  readonly stage: 'committed' | 'sealed'
  readonly height: number
  readonly round: number
  /** The assembled message that was voted on. */
  readonly assembled: string
  readonly block: string
  readonly xRoot: string
  readonly stateRoot: string | null
  readonly signers: readonly number[]
  /** Base64, one for each signer. */
  readonly signatures: readonly string[]
  readonly root: string
}

export interface BlockTransaction {
  readonly position: number
  readonly hash: string
  readonly lane: number
  readonly sequence: number
  readonly index: number
  readonly result: TransactionResult
  /** Hexadecimal; only with `?bytes=true`. */
  readonly transaction?: string
}

export interface BlockAnswer {
  readonly header: HeaderJson
  readonly stage: 'committed' | 'sealed'
  readonly stateRoot: string
  readonly assembled: string
  readonly round: number
  readonly failed: number
  readonly committed: CertificateJson
  readonly sealed: CertificateJson | null
  readonly transactions: readonly BlockTransaction[]
}

/** One step in the life of a block, as `GET /v1/events` sends it; the event's name is the stage. */
export interface BlockEvent {
  readonly stage: 'assembled' | 'precommitted' | 'committed' | 'sealed'
  readonly height: number
  readonly round: number
  readonly block: string
  /** The feed message that brought it. */
  readonly message: string
  readonly txCount: number | null
  readonly failed: number | null
}

/** An application's answer to a read of an account, on the state after a height. */
export interface AccountReply {
  readonly height: number
  /** True if transactions that wait at this validator are taken as executed. */
  readonly pending: boolean
  readonly answer: unknown
}

/** Something about a node's health: a code, and the figures behind it. */
export interface HealthProblem {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface HealthReport {
  /** What keeps the node from doing its part. */
  readonly problems: readonly HealthProblem[]
  /** What its operator should look at; the node does its part all the same. */
  readonly hints: readonly HealthProblem[]
  /** Heights that other Messagenodes decided and this node has not. */
  readonly behindHeights: number
  /** The other members' clocks less the own one, as their feeds show; null if too few were heard of late. */
  readonly clockOffsetMs: number | null
}

export interface HealthAnswer {
  readonly healthy: boolean
  /** Codes of what is wrong, empty if nothing is. */
  readonly problems: readonly string[]
  /** Codes of what to look at; they do not make a node unhealthy. */
  readonly hints: readonly string[]
  /** The figures behind each code. */
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly behindHeights: number
  readonly clockOffsetMs: number | null
}

/** Something held against members (protocol section 8). */
export interface EvidenceJson {
  /** Names the proof: `GET /v1/evidence/<hash>` if `proved`. */
  readonly hash: string
  readonly code: string
  /** `proof`: it convicts before anyone. `evident`: it shows that something is wrong. */
  readonly grade: 'proof' | 'evident'
  readonly proved: boolean
  readonly culprits: readonly { readonly owner: string; readonly name: string; readonly role: string }[]
  /** Keys of the messages. */
  readonly messages: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
}

export interface EvidenceAnswer {
  readonly evidence: readonly EvidenceJson[]
}

export interface StatusAnswer {
  readonly node: { readonly id: string; readonly name: string; readonly kind: string }
  readonly network: { readonly networkId: string; readonly chainId: string; readonly protocolVersion: number }
  /** Height and round being decided now. */
  readonly height: number
  readonly round: number
  readonly executedHeight: number
  readonly sealedHeight: number
  /** Transactions held in lanes and not yet executed. */
  readonly pendingTransactions: number
  readonly peers: number
  /** As in health. */
  readonly problems: readonly string[]
  readonly hints: readonly string[]
  readonly behindHeights: number
  readonly epoch: {
    readonly number: number
    readonly validators: number
    readonly messagenodes: number
    readonly faulty: number
    readonly quorum: number
  }
  readonly capacity: { readonly transactions: number; readonly bytes: number; readonly batchMs: number }
  readonly emptyBlocks: { readonly launch: number; readonly ahead: number }
  readonly application: string
  /** How much is held against members, by code, and the names of those whom it names. */
  readonly findings: Readonly<Record<string, number>>
  readonly culprits: readonly string[]
  /** Transaction feeds that the chain has closed for good, as executed here. */
  readonly closedLanes: readonly string[]
}
