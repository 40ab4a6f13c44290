import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const EXAMPLE = fileURLToPath(new URL('../../examples/ocean-federation.mjs', import.meta.url))

it('three nodes of the README make a chain, lose one to kill -9, and end with the same coins', async () => {
  // Rejects, with what it printed, if it ends with anything but 0.
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE], { timeout: 170_000 })
  expect(stdout).toContain('killed b with -9; a and c made two blocks without it')
  expect(stdout).toContain('froze the receiver; moving its coin is refused')
  expect(stdout).toMatch(/all three at height 8, block [0-9a-f]{64}, with the same totals/)
})
