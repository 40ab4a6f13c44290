import type { Section } from './command.js'

export const generating: Section = {
  title: 'Generating',
  commands: [
    {
      name: 'combineblocksigs',
      usage: '"blockhex" ["signature",...]',
      named: [],
      takes: [2, 2],
      json: [1],
      about: 'Puts signatures into the solution of a block; says whether they suffice.',
    },
    {
      name: 'generate',
      usage: 'numblocks',
      named: ['nblocks', 'maxtries'],
      takes: [1, 2],
      json: [0, 1],
      about: 'Refused: the blocks of this chain are signed, not mined.',
    },
    {
      name: 'getnewblockhex',
      usage: '',
      named: ['required_age'],
      takes: [0, 1],
      json: [0],
      about: 'A proposal for the next block, unsigned.',
    },
  ],
}
