import type { Section } from './command.js'

export const network: Section = {
  title: 'Network',
  commands: [
    {
      name: 'getnetworkinfo',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'Version, connections and fees of this node.',
    },
  ],
}
