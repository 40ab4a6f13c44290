import type { Chapter } from '../mutant.js'

export const RULES_5_6_DECIDE_SEAL: Chapter = {
  title: 'Rules 5 and 6: decide and seal',
  mutants: [
    {
      clause: '5: decide on CC(h,r,x)',
      without: 'of round 0 only',
      patches: [
        {
          file: 'protocol/settle.ts',
          text: '    if (!certificate) break\n',
          replacement: '    if (!certificate || certificate.body.round > 0) break\n',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding follows a commit certificate of any round, and enters round 0 of the next height',
      },
      simulated: 'seeds',
    },
    {
      clause: '5: irrevocable',
      without: 'a later certificate replaces the first',
      patches: [
        {
          file: 'protocol/view.ts',
          text: '  if (first) {\n',
          replacement: '  if (first && sameDecision(first, message)) {\n',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding is irrevocable: a second certificate of the height, for another block, changes nothing',
      },
      simulated: 'comparison',
    },
    {
      clause: '5: enter (h+1, 0)',
      without: 'enters the round after the decided one',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'enter(state, chain.decided.height + 1, 0, null, turn)',
          replacement:
            'enter(state, chain.decided.height + 1, successful === undefined ? 0 : successful + 1, null, turn)',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding follows a commit certificate of any round, and enters round 0 of the next height',
      },
      simulated: 'seeds',
    },
    {
      clause: '5: decided one height after the other',
      without: 'decides the highest that has a certificate',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: "  assert(height === chain.decided.height + 1, 'heights are decided one after the other')\n",
          replacement: '',
        },
        {
          file: 'protocol/settle.ts',
          text: 'books.get(chain.decided.height + 1)?.committed',
          replacement:
            '[...books.values()].filter(({ height }) => height > chain.decided.height).map(({ committed }) => committed).findLast((known) => known)',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding takes certificates that come in the wrong order, one height after the other',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: once the block is executed',
      without: 'seals what is decided',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'for (; state.nextSeal <= chain.executed.height; state.nextSeal++) {',
          replacement: 'for (; state.nextSeal <= chain.decided.height; state.nextSeal++) {',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 6, sealing does not seal what is decided but not executed',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: and durable: the certificate',
      without: 'lets the seal go before it',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: 'const durable = [certificate.key, assembled, ...content]',
          replacement: 'const durable = [assembled, ...content]',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes seal: signs the state root in round 0, and the block is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: and durable: the block',
      without: 'lets the seal go before its content',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: 'const durable = [certificate.key, assembled, ...content]',
          replacement: 'const durable = [certificate.key, assembled]',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes seal: signs the state root in round 0, and the block is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: signs the state root',
      without: 'signs the value alone',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '{ height, round: 0, block, xRoot, stateRoot }, durable',
          replacement: '{ height, round: 0, block, xRoot }, durable',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes seal: signs the state root in round 0, and the block is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: in a seal r = 0 whatever round decided',
      without: 'signs the round that decided',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '{ height, round: 0, block, xRoot, stateRoot }, durable',
          replacement: '{ height, round: certificate.body.round, block, xRoot, stateRoot }, durable',
        },
        {
          file: 'feeds/vote.ts',
          text: "u32(stage === 'seal' ? 0 : vote.round)",
          replacement: 'u32(vote.round)',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes seal: signs the state root in round 0, and the block is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: seals every height it decides',
      without: 'leaves out what it has left behind',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const mayLeaveOut = book.sealed !== undefined && chain.executed.height >= far',
          replacement: 'const mayLeaveOut = chain.decided.height > height',
        },
      ],
      caught: {
        file: 'protocol/validator/replay.test.ts',
        test: 'before start publishes nothing of whole blocks either, and then seals them',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: may leave out seal(h) only if it holds SC(h)',
      without: 'leaves it out once h+9 is executed',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const mayLeaveOut = book.sealed !== undefined && chain.executed.height >= far',
          replacement: 'const mayLeaveOut = chain.executed.height >= far',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 6, sealing with 12 executed and SC of [] held, says [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …(2) ]',
      },
      simulated: 'histories',
    },
    {
      clause: '6: and has executed h+9',
      without: 'leaves it out once SC(h) is held',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const mayLeaveOut = book.sealed !== undefined && chain.executed.height >= far',
          replacement: 'const mayLeaveOut = book.sealed !== undefined',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 6, sealing does not leave out a height before the one nine above is executed, however far others are',
      },
      simulated: 'seeds',
    },
    {
      clause: '6: and has executed h+9',
      without: 'leaves it out one height early',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const far = height + OPEN_HEIGHTS\n',
          replacement: 'const far = height + OPEN_HEIGHTS - 1\n',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 6, sealing with 12 executed and SC of [ 1, 2, 3, 4, 5, 6, 7, 8 ] held, says [ 4, 5, 6, 7, 8, 9, 10, 11, 12 ]',
      },
      simulated: 'histories',
    },
    {
      clause: '6: once, across restarts',
      without: 'does not remember own seals that it reads',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "  if (body.type === 'seal') votes.sealed = true\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 6, sealing seals nothing twice: what its feed has already is left as it is',
      },
      simulated: 'histories',
    },
    {
      clause: '6: until SC(h) is held, h+9 has no pending work and no timer',
      without: 'works on',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  if (!isOpen(state, height)) return null\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'no work at h+9 until SC(h) is held has no timer at height 10 before the seal of height 1, and one after it',
      },
      simulated: 'schedules',
    },
    {
      clause: '6: until SC(h) is held, h+9 is not assembled',
      without: 'assembles on',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '|| !cut || !isOpen(state, height)) return',
          replacement: '|| !cut) return',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'height h+9 is not assembled before SC(h) is held',
      },
      simulated: 'schedules',
    },
    {
      clause: '6: h+9',
      without: 'eight heights above the lowest unsealed one',
      patches: [{ file: 'protocol/run.ts', text: 'OPEN_HEIGHTS = 9', replacement: 'OPEN_HEIGHTS = 8' }],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'no work at h+9 until SC(h) is held has one at height 9',
      },
      simulated: 'comparison',
    },
    {
      clause: '6: h+9',
      without: 'ten heights above the lowest unsealed one',
      patches: [{ file: 'protocol/run.ts', text: 'OPEN_HEIGHTS = 9', replacement: 'OPEN_HEIGHTS = 10' }],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'no work at h+9 until SC(h) is held has no timer at height 10 before the seal of height 1, and one after it',
      },
      simulated: 'schedules',
    },
  ],
}
