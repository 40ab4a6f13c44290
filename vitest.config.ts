import { defineConfig } from 'vitest/config'

/**
 * What is decided once in the life of a process, stands in for a module of Node, or looks at the stock stack, which is
 * patched for good by whatever loads ours: each has a process of its own.
 */
const ALONE = [
  'test/unit/node/native-crypto.test.ts',
  'test/unit/node/pruning/prune-log.test.ts',
  'test/unit/plugins/bounded-wire/codec.test.ts',
  'test/unit/plugins/fair-turns.test.ts',
  'test/unit/plugins/gathered-notes.test.ts',
  'test/unit/plugins/patch.test.ts',
]

export default defineConfig({
  test: {
    // For machines that do other things too: tests run programs, and hooks start whole networks of processes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The end-to-end tests start many processes of their own; two files at a time is what two cores carry.
    maxWorkers: 2,
    pool: 'forks',
    projects: [
      // Half of the time of unit tests would go into loading the same modules again for each file.
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
      {
        extends: true,
        test: { name: 'networks', include: ['test/{model,simulation,e2e}/**/*.test.ts', ...ALONE] },
      },
    ],
  },
})
