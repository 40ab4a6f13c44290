import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,model,simulation,e2e}/**/*.test.ts'],
    testTimeout: 60_000,
    // A hook may start a whole network of processes, on a machine that does other things too.
    hookTimeout: 180_000,
    // The end-to-end tests start many processes of their own; two files at a time is what two cores carry.
    maxWorkers: 2,
    pool: 'forks',
  },
})
