import type { Chapter } from '../mutant.js'

export const MESSAGENODE_WINDOW: Chapter = {
  title: 'Messagenode: window',
  mutants: [
    {
      clause: 'the window runs from the lowest height without SC',
      without: 'from the executed height, whatever is sealed',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: 'Math.min(lowestUnsealed, chain.executed.height + 1) + OPEN_HEIGHTS',
          replacement: 'chain.executed.height + 1 + OPEN_HEIGHTS + 0 * lowestUnsealed',
        },
      ],
      caught: {
        file: 'protocol/intake.test.ts',
        test: 'the window of a Messagenode moves when its lowest height is sealed, and no sooner, whatever is executed',
      },
      simulated: 'histories',
    },
    {
      clause: 'the window runs to h+9',
      without: 'one height less',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: 'chain.executed.height + 1) + OPEN_HEIGHTS',
          replacement: 'chain.executed.height + 1) + OPEN_HEIGHTS - 1',
        },
      ],
      caught: {
        file: 'protocol/intake.test.ts',
        test: 'a Messagenode leaves a certificate feed at the first height too far ahead, and reads on from there',
      },
      simulated: 'histories',
    },
    {
      clause: 'votes beyond it are left in the feed',
      without: 'are taken in',
      patches: [
        {
          file: 'protocol/intake.ts',
          text: 'const tooFar = height !== null && height > horizon',
          replacement: 'const tooFar = height !== null && height > horizon + 1000',
        },
      ],
      caught: { file: 'protocol/intake.test.ts', test: 'a validator always takes its own messages' },
      simulated: 'histories',
    },
    {
      clause: '... left in the feed, in order',
      without: 'takes what follows them',
      patches: [
        {
          file: 'protocol/intake.ts',
          text: '  if (intake.paused.has(message.author)) return false\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/intake.test.ts',
        test: 'a validator leaves a lane that is four blocks ahead, and reads on as blocks take from it',
      },
      simulated: 'histories',
    },
    {
      clause: 'and read again when the window reaches them',
      without: 'are never read again',
      patches: [
        {
          file: 'protocol/intake.ts',
          text: "    turn.effects.push({ kind: 'reread', feed, from })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/intake.test.ts',
        test: 'a validator leaves a lane that is four blocks ahead, and reads on as blocks take from it',
      },
      simulated: 'histories',
    },
    {
      clause: 'empty blocks: E(h) on E(h-1), a window ahead',
      without: 'opens none ahead',
      patches: [
        {
          file: 'protocol/messagenode/window.ts',
          text: 'Math.max(launch, state.lowestUnsealed - 1 + ahead)',
          replacement: 'Math.max(launch, state.lowestUnsealed - 1)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: "empty blocks of 3 at launch, 2 ahead: two blocks, sealed true, open [ 'block 4' ]",
      },
      simulated: 'seeds',
    },
    {
      clause: 'empty blocks: E(h) on E(h-1)',
      without: 'leaves one out',
      patches: [
        {
          file: 'protocol/messagenode/window.ts',
          text: 'const height = below + 1\n',
          replacement: 'const height = below + (below === 3 ? 2 : 1)\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: 'empty blocks come 64 at a time, and go on with their own return',
      },
      simulated: 'seeds',
    },
    {
      clause: 'empty blocks: each once, across restarts',
      without: 'does not remember own slots that it reads',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: 'state.lastSlot = { height: body.height, hash: body.hash }',
          replacement: 'state.lastSlot = { ...state.lastSlot }',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: 'empty blocks are not opened twice after a restart',
      },
      simulated: 'seeds',
    },
    {
      clause: 'publishes nothing before own tips are known',
      without: 'publishes at once',
      patches: [
        {
          file: 'protocol/messagenode/state.ts',
          text: 'state.started && !state.halted',
          replacement: '!state.halted',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: 'a replay publishes nothing before start, whatever is read',
      },
      simulated: 'seeds',
    },
  ],
}
