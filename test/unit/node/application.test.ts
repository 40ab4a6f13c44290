import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { storeLedger } from '../../../src/ledger/index.js'
import { loadApplication } from '../../../src/node/application.js'
import { verifyBytes } from '../../../src/roles/index.js'
import { temporaryDirectory } from '../../support/temporary.js'

const COUNTER = fileURLToPath(new URL('../../support/counter-application.mjs', import.meta.url))

const METHODS = ['genesis', 'check', 'execute', 'root', 'describe', 'snapshot', 'restore', 'query']
const applicationOf = (name: string, methods: readonly string[]) =>
  `export default () => ({ ${[name, ...methods.map((method) => `${method}() {}`)].join(', ')} })`

describe('the application', () => {
  it('is the STORE ledger unless the node names another', async () => {
    expect((await loadApplication(null, verifyBytes)).name).toBe(storeLedger({ verify: verifyBytes }).name)
  })

  it('is what the named module makes', async () => {
    const application = await loadApplication(COUNTER, verifyBytes)
    for (const method of METHODS) expect(application).toHaveProperty(method)
    expect(application.name).not.toBe(storeLedger({ verify: verifyBytes }).name)
  })

  it('is given the verification of signatures', async () => {
    const path = join(await temporaryDirectory(), 'application.mjs')
    const methods = METHODS.map((method) => `${method}: () => verify(...[1, 2, 3])`).join(', ')
    await writeFile(path, `export default ({ verify }) => ({ name: 'given', ${methods} })`)
    const seen: unknown[] = []
    const application = await loadApplication(path, (...given) => seen.push(given) > 0)
    expect(application.query(null, '')).toBe(true)
    expect(seen).toEqual([[1, 2, 3]])
  })

  it.each([
    ['is not there', null],
    ['does not parse', 'export default ('],
    ['throws', "throw new Error('no')"],
    ['exports nothing', 'export const other = 1'],
    ['exports no function', 'export default { genesis() {} }'],
    ['makes nothing', 'export default () => null'],
    ['lacks a method', applicationOf("name: 'x'", METHODS.slice(1))],
    ['has no name', applicationOf('other: 1', METHODS)],
  ])('cannot be used when its module %s', async (_name, source) => {
    const path = join(await temporaryDirectory(), 'application.mjs')
    if (source !== null) await writeFile(path, source)
    await expect(loadApplication(path, verifyBytes)).rejects.toMatchObject({
      code: 'application-unusable',
      data: { path },
    })
  })
})
