import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,model,simulation,e2e}/**/*.test.ts'],
    // For machines that do other things too: tests run programs, and hooks start whole networks of processes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The end-to-end tests start many processes of their own; two files at a time is what two cores carry.
    maxWorkers: 2,
    pool: 'forks',
  },
})
