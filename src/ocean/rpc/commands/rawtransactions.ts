import type { Section } from './command.js'

export const rawtransactions: Section = {
  title: 'Rawtransactions',
  commands: [
    {
      name: 'createrawpolicytx',
      usage: '[{"txid":"id","vout":n},...] [{"pubkey":amount,"data":"address"},...] locktime asset',
      named: ['inputs', 'outputs', 'locktime', 'asset'],
      takes: [4, 4],
      json: [0, 1, 2],
      about: 'An unsigned transaction of policy coins that lists an address or a key.',
    },
    {
      name: 'createrawtransaction',
      usage:
        '[{"txid":"id","vout":n},...] {"address":amount,"data":"hex",...} ( locktime {"address":asset} )',
      named: ['inputs', 'outputs', 'locktime', 'output_assets'],
      takes: [2, 4],
      json: [0, 1, 2, 3],
      about:
        'An unsigned transaction from these outpoints to these addresses, each output of the asset named for it.',
    },
    {
      name: 'decoderawtransaction',
      usage: '"hexstring"',
      named: ['hexstring'],
      takes: [1, 1],
      json: [],
      about: 'What a transaction in hex says.',
    },
    {
      name: 'decodescript',
      usage: '"hexstring"',
      named: ['hexstring'],
      takes: [1, 1],
      json: [],
      about: 'What a script in hex says.',
    },
    {
      name: 'getrawtransaction',
      usage: '"txid" ( verbose )',
      named: ['txid', 'verbose'],
      takes: [1, 2],
      json: [1],
      about: 'A transaction in hex, or decoded.',
    },
    {
      name: 'sendrawtransaction',
      usage: '"hexstring" ( allowhighfees ) ( allowunblindfails )',
      named: ['hexstring', 'allowhighfees'],
      takes: [1, 3],
      json: [1, 2],
      about: 'Judges a transaction and lets it wait for a block.',
    },
    {
      name: 'signrawtransaction',
      usage:
        '"hexstring" ( [{"txid":"id","vout":n,"scriptPubKey":"hex","redeemScript":"hex"},...] ["privatekey1",...] sighashtype )',
      named: ['hexstring', 'prevtxs', 'privkeys', 'sighashtype'],
      takes: [1, 4],
      json: [1, 2],
      about: 'Signs what it can, with the keys given or those of the wallet.',
    },
    {
      name: 'testmempoolaccept',
      usage: '"hexstring" ( allowhighfees )',
      named: ['hexstring', 'allowhighfees'],
      takes: [1, 2],
      json: [1],
      about:
        'Whether a transaction might wait for a block. As in a real node, lists, fees and scripts are not looked at.',
    },
  ],
}
