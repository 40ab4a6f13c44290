import type { Chapter } from '../mutant.js'

export const ORDER_OF_IO: Chapter = {
  title: 'Order of I/O, in the core',
  mutants: [
    {
      clause: 'every certificate it links durable: precommit',
      without: 'lets the vote go before it',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: 'const durable = [...(entry ? [entry] : []), assembled.key, ...content]',
          replacement: 'const durable = [assembled.key, ...content]',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes precommit: links the certificate of its round, which is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: 'every certificate it links durable: skip',
      without: 'lets the vote go before it',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: "cast(state, 'skip', draft, { height, round }, entry ? [entry] : [], turn)",
          replacement: "cast(state, 'skip', draft, { height, round }, [], turn)",
        },
      ],
      caught: {
        file: 'protocol/validator/rounds.test.ts',
        test: 'the certificate that votes of later rounds link is the skip certificate by which the round was entered',
      },
      simulated: 'seeds',
    },
    {
      clause: 'every certificate it links durable: commit',
      without: 'lets the vote go before it',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '{ height, round, block, xRoot }, [certificate.key], turn)',
          replacement: '{ height, round, block, xRoot }, [], turn)',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes commit: links the precommitted certificate, which is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: 'the block is durable with its precommit',
      without: 'lets the vote go before it',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: 'const durable = [...(entry ? [entry] : []), assembled.key, ...content]',
          replacement: 'const durable = entry ? [entry] : []',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes precommit: links the proposal, durable with its content, names the failed positions, and signs the value',
      },
      simulated: 'seeds',
    },
    {
      clause: 'never signs before own tips are known',
      without: 'signs at once',
      patches: [
        {
          file: 'protocol/validator/state.ts',
          text: 'state.started && !state.halted',
          replacement: '!state.halted',
        },
      ],
      caught: {
        file: 'protocol/validator/replay.test.ts',
        test: 'before start publishes and offers nothing, whatever it reads and however long it takes',
      },
      simulated: 'seeds',
    },
  ],
}
