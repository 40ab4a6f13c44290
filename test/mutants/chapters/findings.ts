import type { Chapter } from '../mutant.js'

export const FINDINGS: Chapter = {
  title: 'Messagenode: findings',
  mutants: [
    {
      clause: 'compares certificates',
      without: 'looks at each alone',
      patches: [
        {
          file: 'protocol/watch/watch.ts',
          text: '...(isCertificate(message) && charges.length === 0 ? this.#studyCertificate(message) : []),',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/watch/watch.test.ts',
        test: "a watch 'conflicting-certificates': 'two precommitted'",
      },
      simulated: 'histories',
    },
    {
      clause: 'compares tips',
      without: 'takes no quotes',
      patches: [
        {
          file: 'protocol/watch/watch.ts',
          text: 'return this.law.registry.placeOf(quote.feed) ? this.#compare(quote) : []',
          replacement: 'return this.law.registry.placeOf(quote.feed) ? [] : []',
        },
      ],
      caught: {
        file: 'protocol/watch/watch.test.ts',
        test: 'a quoted key that differs from the one held is compared, and convicts once shown',
      },
      simulated: 'histories',
    },
    {
      clause: 'compares E(h)',
      without: 'takes any',
      patches: [
        {
          file: 'protocol/evidence/single-rules.ts',
          text: 'flawedProposal, wrongEmptyBlock]',
          replacement: 'flawedProposal]',
        },
      ],
      caught: {
        file: 'protocol/evidence/rules.test.ts',
        test: "the rules of evidence 'wrong-empty-block': 'another hash'",
      },
      simulated: 'histories',
    },
    {
      clause: 'compares have',
      without: 'takes any',
      patches: [
        {
          file: 'protocol/evidence/pair-rules.ts',
          text: '  unlinkedSlots,\n  haveBehindSeen,\n',
          replacement: '  unlinkedSlots,\n',
        },
      ],
      caught: {
        file: 'protocol/evidence/rules.test.ts',
        test: "the rules of evidence 'have-behind-seen': 'less than what it quotes'",
      },
      simulated: 'histories',
    },
    {
      clause: 'results are compared with those of a quorum',
      without: 'are not',
      patches: [
        {
          file: 'protocol/evidence/pair-rules.ts',
          text: '  wrongResults,\n  wrongStateRoot,\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/evidence/rules.test.ts',
        test: "the rules of evidence 'wrong-results': 'a precommit beside a precommitted cer…'",
      },
      simulated: 'histories',
    },
    {
      clause: 'the block before is the one that a proposal names',
      without: 'is whatever the accuser says',
      patches: [
        {
          file: 'protocol/evidence/lane-grounds.ts',
          text: 'return id === body.parent ? cut : null',
          replacement: 'return id.length > 0 ? cut : null',
        },
      ],
      caught: {
        file: 'protocol/evidence/lanes.test.ts',
        test: 'a proof that carries lanes with another parent is refused: nothing-proved',
      },
      simulated: 'histories',
    },
    {
      clause: 'behind a cut lies a message as large as any',
      without: 'a message of nothing',
      patches: [
        {
          file: 'protocol/evidence/lane-rules.ts',
          text: '?? LARGEST,',
          replacement: '?? { ...LARGEST, size: 0, transactions: [] },',
        },
      ],
      caught: {
        file: 'protocol/evidence/lanes.test.ts',
        test: 'a proof that carries lanes does not where what was left out may be too large',
      },
      simulated: 'histories',
    },
    {
      clause: 'voters answer for what all of them know alike',
      without: 'for all that is wrong with a proposal',
      patches: [
        {
          file: 'protocol/evidence/lane-rules.ts',
          text: '!flaw.bindsVoters || !voter',
          replacement: '!voter',
        },
      ],
      caught: {
        file: 'protocol/evidence/lanes.test.ts',
        test: 'a proof that carries lanes convicts whoever precommitted it, but not of what only the assembler must know',
      },
      simulated: 'histories',
    },
  ],
}
