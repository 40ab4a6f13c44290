import { createRequire } from 'node:module'

import { expect, it } from 'vitest'

import { expectShape, patchOnce, sharesModule } from '../../../plugins/patch.js'

it('patches once, and refuses when the stack is loaded already', () => {
  let runs = 0
  patchOnce('test-patch', () => runs++)
  patchOnce('test-patch', () => runs++)
  expect(runs).toBe(1)
  createRequire(import.meta.url)('ssb-classic/format')
  createRequire(import.meta.url)('async-append-only-log')
  expect(() => patchOnce('late-patch', () => runs++)).toThrow(
    expect.objectContaining({ code: 'patch-too-late' }),
  )
  expect(runs).toBe(1)
})

it('fails where a module is not what its cure was written for', () => {
  expect(() => expectShape('some-module', false)).toThrow(expect.objectContaining({ code: 'patch-mismatch' }))
})

it('all packages that batch their writes share one debounce', () => {
  expect(sharesModule('lodash.debounce', 'async-append-only-log', 'ssb-db2/core')).toBe(true)
})
