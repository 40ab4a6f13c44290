import type { Chapter } from '../mutant.js'

export const TIMERS: Chapter = {
  title: 'Timers',
  mutants: [
    {
      clause: 'T(h,r) = T (1 + r/2)',
      without: 'T in every round',
      patches: [
        {
          file: 'protocol/timeout.ts',
          text: 'base * (1 + round / 2)',
          replacement: 'base * (1 + 0 * round)',
        },
      ],
      caught: { file: 'protocol/timeout.test.ts', test: 'T(h,r) = T (1 + r/2) in round 1 is 1050' },
      simulated: 'seeds',
    },
    {
      clause: 'T(h,r) = T (1 + r/2)',
      without: 'T (1 + r)',
      patches: [
        { file: 'protocol/timeout.ts', text: 'base * (1 + round / 2)', replacement: 'base * (1 + round)' },
      ],
      caught: { file: 'protocol/timeout.test.ts', test: 'T(h,r) = T (1 + r/2) in round 1 is 1050' },
      simulated: 'seeds',
    },
    {
      clause: '3 x',
      without: '2 x',
      patches: [{ file: 'protocol/timeout.ts', text: '3 * typical', replacement: '2 * typical' }],
      caught: {
        file: 'protocol/timeout.test.ts',
        test: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations) is three times the one duration',
      },
      simulated: 'seeds',
    },
    {
      clause: 'clamp: Tmin',
      without: 'no lower limit',
      patches: [
        {
          file: 'protocol/timeout.ts',
          text: 'Math.max(minMs, 3 * typical)',
          replacement: 'Math.max(0 * minMs, 3 * typical)',
        },
      ],
      caught: {
        file: 'protocol/timeout.test.ts',
        test: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations) is never below Tmin',
      },
      simulated: 'seeds',
    },
    {
      clause: 'clamp: Tmax',
      without: 'no upper limit',
      patches: [
        { file: 'protocol/timeout.ts', text: 'Math.min(maxMs, ', replacement: 'Math.min(Infinity * maxMs, ' },
      ],
      caught: {
        file: 'protocol/timeout.test.ts',
        test: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations) is never above Tmax',
      },
      simulated: 'seeds',
    },
    {
      clause: 'median',
      without: 'the last one',
      patches: [
        { file: 'protocol/timeout.ts', text: '[Math.floor(values.length / 2)]', replacement: '.at(-1)' },
      ],
      caught: {
        file: 'protocol/timeout.test.ts',
        test: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations) is three times the middle one',
      },
      simulated: 'seeds',
    },
    {
      clause: 'of the last 8',
      without: 'of all',
      patches: [{ file: 'protocol/timeout.ts', text: '.slice(-SAMPLES)', replacement: '' }],
      caught: {
        file: 'protocol/timeout.test.ts',
        test: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations) forgets all but the last 8',
      },
      simulated: 'histories',
    },
    {
      clause: 'durations from entering the successful round',
      without: 'from round 0',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const since = successful === undefined ? undefined : round.armedRounds.get(successful)',
          replacement: 'const since = round.armedRounds.get(0)',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the duration that the timer learns is that of the successful round, not of those before it',
      },
      simulated: 'seeds',
    },
    {
      clause: 'durations to CC',
      without: 'learns none',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '    state.durations = withDuration(state.durations, turn.at - since)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the duration that the timer learns runs from the beginning of the timer to the commit certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: 'run from entering the round',
      without: 'runs on from the round before',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: "if (state.round.armedAt !== null) turn.effects.push({ kind: 'timer', timer: 'round', delayMs: null })\n  const earlier",
          replacement: 'const earlier',
        },
        {
          file: 'protocol/validator/round.ts',
          text: '  state.round = newRound(height, round, entry, earlier)\n',
          replacement:
            '  state.round = { ...newRound(height, round, entry, earlier), armedAt: state.round.armedAt }\n',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the round timer starts anew on entering a round, longer than before',
      },
      simulated: 'seeds',
    },
    {
      clause: 'or from work becoming pending',
      without: 'runs without work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'if (round.armedAt !== null || !workPending(state)) return',
          replacement: 'if (round.armedAt !== null) return',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a skip certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: 'disarm on expiry without work',
      without: 'is never armed again',
      patches: [
        { file: 'protocol/validator/round.ts', text: '  else round.armedAt = null\n', replacement: '' },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the round timer is disarmed when it runs out without work, and armed again when work comes',
      },
      simulated: 'histories',
    },
    {
      clause: 'is armed once',
      without: 'starts anew with each message',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'if (round.armedAt !== null || !workPending(state)) return',
          replacement: 'if (!workPending(state)) return',
        },
      ],
      caught: { file: 'protocol/validator/timer.test.ts', test: 'the round timer is armed once a round' },
      simulated: 'histories',
    },
    {
      clause: 'an idle chain publishes nothing',
      without: 'proposes empty blocks',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: "fill.kind === 'filled' && (",
          replacement: "fill.kind === 'filled' && (fill.txCount === 0 || ",
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the round timer is silent on an idle chain after a block',
      },
      simulated: 'seeds',
    },
  ],
}
