import type { Settings } from './lines.js'
import { hexOf, invalid, satoshisOf, wholeOf, yesOf } from './values.js'

/** What of a configuration is one node's own affair. */
export interface NodeConf {
  readonly rpc: RpcConf
  readonly policy: PolicyConf
  /** Script that the fees of a block go to, in hex; undefined: wherever the proposer likes. */
  readonly coinbaseScript: string | undefined
  /** Other signers from a height on. */
  readonly signBlockScriptChanges: readonly ScriptChange[]
  readonly transactionIndex: boolean
  /** Keys that the wallet holds ready. */
  readonly keyPool: number
  readonly rescan: boolean
  readonly reindex: boolean
  /** Nodes to connect to, as a real one would. */
  readonly addNodes: readonly string[]
  /** Everything named `con_...`, as it is given. */
  readonly consensus: ReadonlyMap<string, string>
}

export interface RpcConf {
  readonly server: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** `user:salt$hash` */
  readonly hashed: readonly string[]
  readonly port: number
  readonly bind: readonly string[]
  readonly allowed: readonly string[]
  /** Of the command line: where the node is. */
  readonly connect: string
  readonly workers: number
  readonly queue: number
  readonly timeoutSeconds: number
}

/** Which lists this node enforces, and what it keeps for answers about them. */
export interface PolicyConf {
  readonly whitelist: boolean
  readonly whitelistScan: boolean
  readonly whitelistEncrypted: boolean
  readonly freezelist: boolean
  readonly burnlist: boolean
  readonly issuanceBlock: boolean
  readonly requestList: boolean
  readonly recordInflation: boolean
  readonly contractInTransaction: boolean
  /** A fee that every transaction must pay to the satoshi, if any. */
  readonly fixedFee: bigint | undefined
}

export interface ScriptChange {
  readonly script: string
  readonly height: number
}

const DEFAULT_RPC_PORT = 9041
const PORTS = { least: 0, most: 65_535 }

/** @throws CodedError `ocean-conf-invalid` */
export const nodeConf = (settings: Settings): NodeConf => ({
  rpc: rpcConf(settings),
  policy: policyConf(settings),
  coinbaseScript: hexOf(settings, 'con_mandatorycoinbase'),
  signBlockScriptChanges: settings.all('signblockscriptchange').map(scriptChange),
  transactionIndex: yesOf(settings, 'txindex', false),
  keyPool: wholeOf(settings, 'keypool', { least: 0, most: 100_000 }) ?? 100,
  rescan: yesOf(settings, 'rescan', false),
  reindex: yesOf(settings, 'reindex', false),
  addNodes: [...settings.all('addnode'), ...settings.all('connect')],
  consensus: new Map(
    settings.names.filter((name) => name.startsWith('con_')).map((name) => [name, settings.one(name) ?? '']),
  ),
})

const rpcConf = (settings: Settings): RpcConf => ({
  server: yesOf(settings, 'server', true),
  user: settings.one('rpcuser'),
  // A real node takes an empty password for none.
  password: settings.one('rpcpassword') || undefined,
  hashed: settings.all('rpcauth'),
  port: wholeOf(settings, 'rpcport', PORTS) ?? DEFAULT_RPC_PORT,
  bind: settings.all('rpcbind'),
  allowed: settings.all('rpcallowip'),
  connect: settings.one('rpcconnect') ?? '127.0.0.1',
  workers: wholeOf(settings, 'rpcthreads', { least: 1, most: 1024 }) ?? 4,
  queue: wholeOf(settings, 'rpcworkqueue', { least: 1, most: 100_000 }) ?? 16,
  timeoutSeconds: wholeOf(settings, 'rpcservertimeout', { least: 1, most: 86_400 }) ?? 30,
})

const policyConf = (settings: Settings): PolicyConf => ({
  whitelist: yesOf(settings, 'pkhwhitelist', false),
  whitelistScan: yesOf(settings, 'pkhwhitelist-scan', false),
  whitelistEncrypted: yesOf(settings, 'pkhwhitelist-encrypt', false),
  freezelist: yesOf(settings, 'freezelist', false),
  burnlist: yesOf(settings, 'burnlist', false),
  issuanceBlock: yesOf(settings, 'issuanceblock', false),
  requestList: yesOf(settings, 'requestlist', false),
  recordInflation: yesOf(settings, 'recordinflation', false),
  contractInTransaction: yesOf(settings, 'contractintx', false),
  fixedFee: satoshisOf(settings, 'fixedtxfee') || undefined,
})

const scriptChange = (text: string): ScriptChange => {
  const [, script, height] = /^((?:[0-9a-fA-F]{2})+):(\d{1,9})$/.exec(text) ?? []
  if (script === undefined) throw invalid('signblockscriptchange', 'a script in hex, a colon and a height')
  return { script: script.toLowerCase(), height: Number(height) }
}
