import type { Chapter } from '../mutant.js'

export const FORK_PROOF: Chapter = {
  title: 'Fork proof of a lane',
  mutants: [
    {
      clause: 'with base = -1 nobody precommits an advance of it',
      without: 'precommits it',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: '    if (body.base === -1 && chain.lanes[lane]?.forked) return passOverFork(lane)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused is ignored, and convicts nobody, if it advances a lane whose fork is proved here',
      },
      simulated: 'seeds',
    },
    {
      clause: 'who proposed not knowing of it is not refused for it',
      without: 'refuses a block of junk, filled up by its next message',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "    return lane < 0 ? refuse('nothing-to-propose') : passOverFork(lane)\n",
          replacement: "    return refuse('nothing-to-propose', { lane })\n",
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal of junk alone, by an assembler that may have counted on a lane whose fork is proved here is ignored',
      },
      simulated: 'histories',
    },
    {
      clause: 'with base = -1 nobody proposes an advance of it',
      without: 'proposes it',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: 'return lane.forked || leaves(lane, from)',
          replacement: 'return leaves(lane, from)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 takes nothing of a lane whose fork is proved',
      },
      simulated: 'seeds',
    },
    {
      clause: 'with base >= 0 the proposal stands',
      without: 'is refused',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (body.base === -1 && chain.lanes[lane]?.forked)',
          replacement: 'if (chain.lanes[lane]?.forked)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base stands though a lane that it advances was forked meanwhile',
      },
      simulated: 'histories',
    },
    {
      clause: 'its content being named by key',
      without: 'looks for it on the branch replicated here',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: 'const found = stretch(lane, start, advance)',
          replacement:
            'const found = stretch(lane, start, { ...advance, tip: onBranch(lane, advance.sequence)?.key ?? advance.tip })',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base follows the branch of a lane that its cut names, not the one replicated here',
      },
      simulated: 'histories',
    },
    {
      clause: 'have of a lane that left the branch held here is the cut of the parent',
      without: 'what is held',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: 'lane.forked || leaves(lane, from) ?',
          replacement: 'lane.forked ?',
        },
      ],
      caught: {
        file: 'protocol/closed-lane.test.ts',
        test: 'a validator that knows of a fork has no work pending for a branch that the chain does not follow',
      },
      simulated: 'histories',
    },
    {
      clause: 'closes the lane: no base excuses an advance',
      without: 'is let pass',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "    if (chain.lanes[lane]?.closed) return refuse('closed-lane', { lane })\n",
          replacement: '',
        },
      ],
      caught: { file: 'protocol/closed-lane.test.ts', test: 'a closed lane is refused in a free choice' },
      simulated: 'histories',
    },
    {
      clause: 'closes the lane at its last decided tip',
      without: 'goes on holding messages of it',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: '    if (state.registry.closed.has(lane.feed)) closeLane(lane)\n  }\n',
          replacement: '  }\n',
        },
      ],
      caught: {
        file: 'protocol/closed-lane.test.ts',
        test: 'a closed lane lets go of what was held when it closed',
      },
      simulated: 'histories',
    },
    {
      clause: 'closes the lane: after a start from a state',
      without: 'does not know of it',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: '  for (const lane of lanes) if (state.registry.closed.has(lane.feed)) closeLane(lane)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/closed-lane.test.ts',
        test: 'closing is the same for a chain that starts where it is closed',
      },
      simulated: 'histories',
    },
    {
      clause: 'a free choice stands on an executed parent, which may have closed lanes',
      without: 'on a decided one',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '  if (chain.executed.height !== height - 1) return undefined\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/closed-lane.test.ts',
        test: 'an assembler whose parent is decided and not executed chooses nothing, since the parent may have closed a lane',
      },
      simulated: 'histories',
    },
    {
      clause: 'seen names only proposals whose have is not above the own',
      without: 'names all',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '    .filter(([, { body }]) => have.every((held, lane) => (body.have[lane] ?? 0) <= held))\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 names no proposal as seen whose author held more of a lane than is held here',
      },
      simulated: 'histories',
    },
  ],
}
