import type { Section } from './command.js'

export const mining: Section = {
  title: 'Mining',
  commands: [
    {
      name: 'submitblock',
      usage: '"hexdata" ( "jsonparametersobject" )',
      named: ['hexdata', 'parameters'],
      takes: [1, 2],
      json: [1],
      about: 'Adds a signed block to the chain: null, or the reason why not.',
    },
    {
      name: 'testproposedblock',
      usage: '"blockhex"',
      named: ['blockhex', 'acceptnonstd'],
      takes: [1, 2],
      json: [1],
      about: 'Judges a proposal without its signatures.',
    },
  ],
}
