import { integer, JsonNumber } from '../../json/index.js'
import type { Calls } from '../../rpc/index.js'
import type { OceanNode } from '../ocean-node.js'
import { amountsJson } from './asset.js'
import { NO_FEE_SET, poolJson, WALLET_VERSION } from './wallet-coins.js'

/** What kind of node answers, and who is connected to it. Versions are those of the real node that it stands in for. */

const VERSION = integer(2010101)
const PROTOCOL = integer(70015)
const RELAY_FEE = new JsonNumber('0.00001000')

const network = (name: string) => ({
  name,
  limited: true,
  reachable: false,
  proxy: '',
  proxy_randomize_credentials: false,
})

export const informationCalls: Calls<OceanNode> = {
  getconnectioncount: (_given, node) => integer(node.peers().length),
  getpeerinfo: (_given, node) => node.peers().map(({ id, address }) => ({ id, addr: address })),
  getinfo: (_given, node) => ({
    version: VERSION,
    protocolversion: PROTOCOL,
    walletversion: WALLET_VERSION,
    balance: amountsJson(node.wallet.holdings.balance(), node),
    blocks: integer(node.chain.height),
    timeoffset: integer(0),
    connections: integer(node.peers().length),
    proxy: '',
    difficulty: integer(1),
    chain: node.parameters.chain,
    ...poolJson(node),
    paytxfee: NO_FEE_SET,
    relayfee: RELAY_FEE,
    errors: '',
  }),
  getnetworkinfo: (_given, node) => ({
    version: VERSION,
    subversion: '/Satoshi:2.1.1.1/',
    protocolversion: PROTOCOL,
    localservices: '0000000000000009',
    localrelay: true,
    timeoffset: integer(0),
    networkactive: true,
    connections: integer(node.peers().length),
    networks: ['ipv4', 'ipv6', 'onion'].map(network),
    relayfee: RELAY_FEE,
    incrementalfee: RELAY_FEE,
    localaddresses: [],
    warnings: '',
  }),
}
