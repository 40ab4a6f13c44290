import type { Section } from './command.js'

export const network: Section = {
  title: 'Network',
  commands: [
    {
      name: 'getconnectioncount',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'How many other nodes are connected.',
    },
    {
      name: 'getnetworkinfo',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'Version, connections and fees of this node.',
    },
    {
      name: 'getpeerinfo',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'The other nodes that are connected: their feed ids and addresses.',
    },
  ],
}
