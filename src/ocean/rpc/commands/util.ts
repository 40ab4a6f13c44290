import type { Section } from './command.js'

export const util: Section = {
  title: 'Util',
  commands: [
    {
      name: 'createmultisig',
      usage: 'nrequired ["key",...]',
      named: ['nrequired', 'keys'],
      takes: [2, 2],
      json: [0, 1],
      about: 'The address and the script for m of these keys.',
    },
    {
      name: 'validateaddress',
      usage: '"address"',
      named: ['address'],
      takes: [1, 1],
      json: [],
      about: 'What is known of an address.',
    },
  ],
}
