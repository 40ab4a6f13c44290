import { POLICIES } from './chain.js'

/** Options that mean something to an embedded node; a real one ignores what it does not know without a word. */
const USED: ReadonlySet<string> = new Set([
  ...['addnode', 'attestationhash', 'burnlist', 'chain', 'connect', 'contractintx', 'fedpegaddress'],
  ...['fedpegscript', 'fixedtxfee', 'freezelist', 'initialfreecoins', 'initialfreecoinsdestination'],
  ...['issuanceblock', 'issuecontrolscript', 'keypool', 'parentcontract', 'parentgenesisblockhash'],
  ...['pkhwhitelist', 'pkhwhitelist-encrypt', 'pkhwhitelist-scan', 'policycoins', 'recordinflation'],
  ...['reindex', 'requestlist', 'rescan', 'rpcallowip', 'rpcauth', 'rpcbind', 'rpcconnect', 'rpcpassword'],
  ...['rpcport', 'rpcservertimeout', 'rpcthreads', 'rpcuser', 'rpcworkqueue', 'server', 'signblockscript'],
  ...['signblockscriptchange', 'txindex', 'con_mandatorycoinbase'],
  ...POLICIES.map((policy) => `${policy}coinsdestination`),
])

/** Options of a real node for its own network, which an embedded one does not have. */
const NETWORK: ReadonlySet<string> = new Set([
  ...['bind', 'daemon', 'debug', 'discover', 'dns', 'dnsseed', 'listen', 'listenonion', 'maxconnections'],
  ...['port', 'printtoconsole', 'upnp', 'whitebind', 'externalip', 'logips', 'dbcache', 'disablect'],
])

/** Names that nobody reads: misspelt, or of a node that can do more. */
export const unknownOptions = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !USED.has(name) && !NETWORK.has(name) && !name.startsWith('con_'))
