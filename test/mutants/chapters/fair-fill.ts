import type { Chapter } from '../mutant.js'

export const FAIR_FILL: Chapter = {
  title: 'Fair fill (section 3)',
  mutants: [
    {
      clause: 'starts at lane h mod n',
      without: 'at lane 0',
      patches: [
        { file: 'protocol/fair-fill.ts', text: 'let turn = height % lanes', replacement: 'let turn = 0' },
      ],
      caught: {
        file: 'protocol/fair-fill.test.ts',
        test: "fairFill 'begins at lane h mod n also far up th…'",
      },
      simulated: 'histories',
    },
    {
      clause: "each turn takes that lane's next whole message",
      without: 'takes all of a lane first',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: 'open.size > 0; turn = (turn + 1) % lanes) {',
          replacement: 'open.size > 0; turn = open.has(turn) ? turn : (turn + 1) % lanes) {',
        },
      ],
      caught: {
        file: 'protocol/fair-fill.test.ts',
        test: "fairFill 'gives every lane its turn before any …'",
      },
      simulated: 'histories',
    },
    {
      clause: 'if it fits both caps: transactions',
      without: 'counts bytes only',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: 'txCount + next.transactions.length > caps.transactions || bytes',
          replacement: 'bytes',
        },
      ],
      caught: {
        file: 'protocol/fair-fill.test.ts',
        test: "fairFill 'never takes a part of a message, nor …'",
      },
      simulated: 'histories',
    },
    {
      clause: 'if it fits both caps: bytes',
      without: 'counts transactions only',
      patches: [
        { file: 'protocol/fair-fill.ts', text: ' || bytes + next.size > caps.bytes', replacement: '' },
      ],
      caught: { file: 'protocol/fair-fill.test.ts', test: "fairFill 'begins at lane 0 mod 3 at height 0'" },
      simulated: 'histories',
    },
    {
      clause: 'else closes the lane for this block',
      without: 'ends the block',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: '      full = true\n      open.delete(turn)\n',
          replacement: '      full = true\n      open.clear()\n',
        },
      ],
      caught: {
        file: 'protocol/fair-fill.test.ts',
        test: "fairFill 'closes a lane whose next message exce…'",
      },
      simulated: 'histories',
    },
    {
      clause: 'stops at have',
      without: 'takes what is held beyond it',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: 'if (sequence > at(have, turn)) {',
          replacement: 'if (sequence > at(have, turn) && !message(turn, sequence)) {',
        },
      ],
      caught: {
        file: 'protocol/fair-fill.test.ts',
        test: 'fairFill stops at what the assembler holds, though more is here',
      },
      simulated: 'seeds',
    },
  ],
}
