import type { ClassicMessage, FeedId, MessageKey } from '../../src/feeds/index.js'

/**
 * What we call on an assembled SSB stack, and nothing else: the one place that says how the untyped packages
 * behave. Every function of a plugin is wrapped by secret-stack, so observables lose their `.value` here.
 */

/** An ed25519 identity in the form of ssb-keys (listings 1 and 2 of the document). */
export interface SsbKeys {
  readonly curve: 'ed25519'
  readonly public: string
  readonly private: string
  readonly id: FeedId
}

export type Callback<T = void> = (error: Error | null | undefined, value: T) => void
export type Unsubscribe = () => void
/**
 * Calls the listener at once with the current value, if there is one and `immediately` is not false. A listener
 * that returns false is dropped, hence `void`: never let one return a condition.
 */
export type Observable<T> = (listener: (value: T) => void, immediately?: boolean) => Unsubscribe

export interface Hookable<Arguments extends unknown[], Result> {
  (...parameters: Arguments): Result
  hook(
    wrapper: (original: (...parameters: Arguments) => Result, parameters: Arguments) => Result | undefined,
  ): void
}

export interface AddedMessage {
  readonly kvt: { readonly key: MessageKey; readonly value: ClassicMessage; readonly timestamp: number }
  readonly nativeMsg: ClassicMessage
  readonly feedFormat: string
}

export interface LogRecord {
  readonly offset: number
  readonly value: Buffer | null
}

/** async-append-only-log. */
export interface AppendOnlyLog {
  readonly filename: string
  /** Offset of the last record that is written and fsynced; -1 in an empty log, null until it is loaded. */
  readonly since: Observable<number> & { readonly value: number | null }
  append: (record: Buffer, callback: Callback<number>) => void
  get(offset: number, callback: Callback<Buffer>): void
  getRaw: (this: void, offset: number, callback: Callback<Buffer>) => void
  getNativeMsg: (offset: number, format: string, callback: Callback<ClassicMessage>) => void
  onDrain(callback: () => void): void
  /** `[next offset (0: next block, -1: end for now), value, size]` of the record at `offset`. */
  getDataNextOffset: (block: Buffer, offset: number, asRaw?: boolean) => [number, Buffer | null, number]
  stream(options: { readonly gt?: number; readonly live?: boolean; readonly decrypt?: boolean }): {
    pipe(sink: { paused: boolean; write(record: LogRecord): void; end(error?: Error): void }): unknown
    abort(): void
  }
}

/** A leveldb index over the log. */
export interface DatabaseIndex {
  /** Offset up to which the index is persisted; null until it is loaded. */
  readonly offset: Observable<number> & { readonly value: number | null }
  readonly flush: (callback: Callback) => void
  readonly level: {
    batch: (operations: unknown, options: unknown, callback: Callback<unknown>) => unknown
    isClosed(): boolean
  }
}

export interface EbtIndex extends DatabaseIndex {
  getNativeMsgFromAuthorSequence(
    key: readonly [FeedId, number],
    format: string,
    callback: Callback<ClassicMessage>,
  ): void
}

export interface FeedFormat {
  readonly name: string
  isNativeMsg(value: unknown): value is ClassicMessage
  getMsgId(message: ClassicMessage): MessageKey
  newNativeMsg(options: {
    readonly keys: SsbKeys
    readonly content: object
    readonly timestamp: number
    readonly previous: { readonly key: MessageKey; readonly value: ClassicMessage } | null
  }): ClassicMessage
  /** Everything that holds of a message on its own, the signature last. */
  validateOOO(message: unknown, hmacKey: null, callback: Callback): void
}

export interface Database {
  /** What ssb-ebt calls with every received message. */
  readonly add: Hookable<unknown[], unknown>
  addImmediately(
    message: ClassicMessage,
    format: FeedFormat,
    options: { readonly encoding: 'js'; readonly feedFormat: 'classic' },
    callback: Callback<{ readonly key: MessageKey }>,
  ): void
  /** The newest message held of each feed; synchronous, and ahead of the disk. */
  getState(): { get(feed: FeedId): ClassicMessage | null; has(feed: FeedId): boolean }
  getLog(): AppendOnlyLog
  getIndex(name: 'ebt'): EbtIndex
  getIndex(name: string): unknown
  getIndexes(): Readonly<Record<string, DatabaseIndex>>
  registerIndex(index: unknown): void
  findFeedFormatByName(name: 'classic'): FeedFormat
  readonly onMsgAdded: Observable<AddedMessage>
  readonly stateFeedsReady: Observable<boolean>
  onDrain(index: string, callback: () => void): void
}

export interface ReplicationStatus {
  readonly id: FeedId
  readonly seq: number | undefined
  readonly peers: Readonly<
    Record<
      FeedId,
      {
        readonly seq: number | null | undefined
        readonly replicating?: { readonly tx: boolean; readonly rx: boolean; readonly sent: number | null }
      }
    >
  >
}

export interface Replication {
  readonly request: Hookable<[feed: FeedId, on: boolean], void>
  readonly block: Hookable<[origin: FeedId, destination: FeedId, blocking: boolean], void>
  peerStatus(feed: FeedId): ReplicationStatus
}

/** One live muxrpc connection. Remote methods are typed by the plugin that calls them. */
export interface Peer {
  readonly id: FeedId
  readonly stream: { readonly address: string }
  close(error: Error | true, callback?: () => void): void
  once(event: 'closed', listener: () => void): void
}

/** ssb-conn: the book of addresses on disk, and the hub of live connections. Its scheduler is not started. */
export interface Connections {
  remember(address: string, data: { readonly type: string; readonly autoconnect: boolean }): void
  forget(address: string): void
  dbPeers(): readonly (readonly [address: string, data: unknown])[]
  db(): { loaded(): Promise<unknown> }
  /** Gives false instead of a peer if the hub is just letting go of the last connection. */
  connect(address: string, data: object, callback: Callback<Peer | false>): void
}

export interface Sbot {
  readonly id: FeedId
  readonly config: Readonly<Record<string, unknown>>
  readonly db: Database
  readonly ebt: Replication
  readonly peers: Readonly<Record<FeedId, readonly Peer[]>>
  /** Decides whether a stranger's handshake ends in a connection: an error refuses it. */
  readonly auth: Hookable<[id: FeedId, callback: Callback<unknown>], unknown>
  readonly getAtSequenceNativeMsg: Hookable<
    [key: readonly [FeedId, number], format: string, callback: Callback<ClassicMessage>],
    unknown
  >
  readonly connect: Hookable<[address: string, callback: (error: Error | null, peer?: Peer) => void], unknown>
  readonly conn: Connections
  getAddress(scope?: 'device'): string | null
  /** Everything callable, by name; groups nest. */
  getManifest(): Manifest
  readonly close: Hookable<[callback: Callback], unknown>
  readonly closed?: boolean
  on(event: 'rpc:connect', listener: (peer: Peer, isClient: boolean) => void): void
  on(event: 'multiserver:listening', listener: () => void): void
}

export interface Manifest {
  readonly [name: string]: string | Manifest
}

/** A secret-stack plugin: thin, and every value it returns is a function, because secret-stack wraps them. */
export interface SsbPlugin {
  readonly name: string
  readonly version: string
  /** How strangers may call it: `async`, `sync`, `source`, `duplex`. */
  readonly manifest: Readonly<Record<string, string>>
  readonly permissions?: { readonly anonymous?: { readonly allow?: readonly string[] } }
  init(sbot: Sbot, config: Readonly<Record<string, unknown>>, permissions: Permissions): object | undefined
}

/** Shared by all plugins of one stack, and read at each connection. */
export interface Permissions {
  /** What a peer that we dialled may call, and one that dialled us unless `auth` answers with a list for it. */
  anonymous?: { allow?: readonly string[] }
}
