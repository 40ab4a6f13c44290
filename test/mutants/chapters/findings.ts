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
      simulated: null,
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
      simulated: null,
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
      simulated: null,
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
      simulated: null,
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
      simulated: null,
    },
  ],
}
