import type { Chapter } from '../mutant.js'

export const RULE_4_ROUNDS: Chapter = {
  title: 'Rule 4: rounds',
  mutants: [
    {
      clause: "enter r+1 on NC(h,r), and r'+1 on NC(h,r')",
      without: 'stays',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  for (const [skipped, { key }] of book.skipped) if (skipped >= round) consider(skipped + 1, key)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'NC(h,r) leads to r+1'",
      },
      simulated: 'seeds',
    },
    {
      clause: "NC(h,r') with r' >= r enters r'+1",
      without: 'knows that of its own round only',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'if (skipped >= round) consider',
          replacement: 'if (skipped === round) consider',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'NC(h,r\\') of a later round leads to r…'",
      },
      simulated: 'histories',
    },
    {
      clause: 'on PC(h,r) if it skipped r',
      without: 'stays',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  if (here && votes.skipped.has(round)) consider(round + 1, here.key)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'PC(h,r) after skipping r leads to r+1…'",
      },
      simulated: 'seeds',
    },
    {
      clause: 'on PC(h,r) if it skipped r',
      without: 'enters without having skipped',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'if (here && votes.skipped.has(round)) consider',
          replacement: 'if (here) consider',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'PC(h,r) without a skip is committed a…'",
      },
      simulated: 'seeds',
    },
    {
      clause: 'after committing r, on its timer',
      without: 'waits for a proposal',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '(expired || isProposedAgain(book, round, here.body.block))',
          replacement: 'isProposedAgain(book, round, here.body.block)',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: 'rule 4, entering a round goes on when the timer runs out after a commit of the round',
      },
      simulated: 'seeds',
    },
    {
      clause: 'or on a justified proposal',
      without: 'waits for its timer',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '(expired || isProposedAgain(book, round, here.body.block))',
          replacement: 'expired',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'a proposal for r+1 with base r leads …'",
      },
      simulated: 'seeds',
    },
    {
      clause: 'a justified proposal for (h,r+1) with base = r',
      without: 'follows one with any base',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'body.base === round && body.block === block',
          replacement: 'body.block === block',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'a proposal for r+1 with another base …'",
      },
      simulated: 'histories',
    },
    {
      clause: 'a justified proposal for (h,r+1) with base = r',
      without: 'follows one of another block',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'body.base === round && body.block === block',
          replacement: 'body.base === round',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'a proposal for r+1 with base r but an…'",
      },
      simulated: 'histories',
    },
    {
      clause: 'after committing r',
      without: 'follows the proposal without having committed',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  const here = book.precommitted.get(round)\n',
          replacement:
            '  const here = book.precommitted.get(round)\n  const proposed = book.proposals.get(round + 1)?.find(({ body }) => body.base === round)\n  if (proposed) consider(round + 1, proposed.key)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'a proposal for r+1 with base r but an…'",
      },
      simulated: 'seeds',
    },
    {
      clause: "PC(h,r') with r' > r enters r'",
      without: 'stays',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '    if (precommitted > round) consider(precommitted, key)\n',
          replacement: '    if (precommitted < 0) consider(precommitted, key)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'PC(h,r\\') of a later round leads to r…'",
      },
      simulated: 'histories',
    },
    {
      clause: "PC(h,r') with r' > r enters r'",
      without: 'enters the round after it',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'if (precommitted > round) consider(precommitted, key)',
          replacement: 'if (precommitted > round) consider(precommitted + 1, key)',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: "rule 4, entering a round 'PC(h,r\\') of a later round leads to r…'",
      },
      simulated: 'seeds',
    },
    {
      clause: 'and commits',
      without: 'commits only what it did not jump to',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '    commit(state, certificate, turn)\n',
          replacement:
            '    if (certificate.body.round <= state.round.round) commit(state, certificate, turn)\n',
        },
        {
          file: 'protocol/validator/step.ts',
          text: '  } while (advanceRound(state, turn))',
          replacement: '  } while (advanceRound(state, turn) && state.round.armedAt !== null)',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 2, commit follows a precommitted certificate of a round ahead',
      },
      simulated: 'histories',
    },
    {
      clause: 'rounds advance only by certificates',
      without: 'enters the next round on its own skip',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  return next\n}',
          replacement:
            '  if (expired && votes.skipped.has(round)) next ??= [round + 1, state.round.entry!]\n  return next\n}',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: 'rule 4, entering a round stays in the round when the timer runs out without a commit: only a quorum of skips leads on',
      },
      simulated: 'seeds',
    },
    {
      clause: 'votes of r > 0 link the certificate by which the round was entered',
      without: 'link none',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'state.round = newRound(height, round, entry, earlier)',
          replacement: 'state.round = newRound(height, round, null, earlier)',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: 'the certificate that votes of later rounds link is the skip certificate by which the round was entered',
      },
      simulated: 'seeds',
    },
    {
      clause: 'votes of r > 0 link the certificate: precommits',
      without: 'link none',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '    exceptions,\n    entry,\n',
          replacement: '    exceptions,\n    entry: null,\n',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes precommit: links the certificate of its round, which is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: 'votes of r > 0 link the certificate: skips',
      without: 'link none',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: 'skip: true, height, round, entry } as const',
          replacement: 'skip: true, height, round, entry: null } as const',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes skip: links the certificate of its round, which is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: 'after a jump by PC, that PC',
      without: 'link none after a jump',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'state.round = newRound(height, round, entry, earlier)',
          replacement:
            'state.round = newRound(height, round, round > state.round.round + 1 ? null : entry, earlier)',
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: 'the certificate that votes of later rounds link is the precommitted certificate of the round after a jump by it',
      },
      simulated: 'histories',
    },
    {
      clause:
        'rounds advance without an end: proposals of precommitted rounds are not counted against an assembler',
      without: 'count them, and ignore every proposal after 32 rounds of a height',
      patches: [
        {
          file: 'protocol/view.ts',
          text: 'own > 0 && book.precommitted.has(round) ? own - 1 : own',
          replacement: 'own',
        },
      ],
      caught: {
        file: 'protocol/view.test.ts',
        test: 'a validator has room for a next round, however many were precommitted before it',
      },
      simulated: 'schedules',
    },
  ],
}
