import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../support/temporary.js'

const SCRIPT = fileURLToPath(new URL('../../../scripts/check-imports.mjs', import.meta.url))

/** Runs the checker on a project of these files. */
const check = async (files: Readonly<Record<string, string>>) => {
  const root = await temporaryDirectory()
  for (const [path, source] of Object.entries({ 'src/util/a.ts': '', 'plugins/a.ts': '', ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), source)
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' })
  return { status, stdout, faults: stderr.split('\n').filter((line) => line !== '') }
}

describe('the check of imports', () => {
  it('accepts what goes in the direction, packages, and neighbours in a folder', async () => {
    const { status, stdout, faults } = await check({
      'src/feeds/a.ts': "import { a } from '../util/a.js'\nimport { b } from './deep/b.js'",
      'src/feeds/deep/b.ts': "import { join } from 'node:path'\nimport { a } from '../../util/a.js'",
      'src/protocol/a.ts': "import type { A } from '../feeds/a.js'\nexport * from '../roles/a.js'",
      'src/validator/a.ts': "import { a } from '../protocol/a.js'\nimport { b } from '../http/b.js'",
      'src/node/a.ts': "import { a } from '../validator/a.js'\nimport { b } from '../../plugins/a.js'",
      'src/cli/a.ts': "export const a = () => import('../node/a.js')",
      'plugins/deep/b.ts': "import { a } from '../../src/feeds/a.js'",
      'src/index.ts': "export * from './client/index.js'",
    })
    expect({ status, stdout, faults }).toEqual({ status: 0, stdout: '', faults: [] })
  })

  it('keeps the direction within ocean too', async () => {
    const { status, faults } = await check({
      'src/ocean/codec/a.ts': "import { a } from '../../util/a.js'\nimport { b } from './b.js'",
      'src/ocean/wallet/a.ts': "import { a } from '../signing/a.js'\nimport { b } from '../node/b.js'",
      'src/ocean/signing/a.ts': "import { a } from '../wallet/a.js'",
    })
    expect(status).toBe(1)
    expect(faults.map((fault) => fault.replace(/^(\S+): imports \S+: /, '$1: '))).toEqual([
      'src/ocean/signing/a.ts: signing must not import wallet',
      'src/ocean/wallet/a.ts: wallet must not import node',
    ])
  })

  it('prints each violation, in whatever form it is imported', async () => {
    const { status, faults } = await check({
      'src/util/a.ts': "import { a } from '../feeds/a.js'",
      'src/feeds/a.ts': "import type { A } from '../roles/a.js'",
      'src/feeds/deep/b.ts': "export { a } from '../../../plugins/a.js'",
      'src/roles/a.ts': "export const a = () => import('../node/a.js')",
      'src/protocol/a.ts': "import '../ledger/a.js'",
      'src/validator/a.ts': "import { a } from '../messagenode/a.js'",
      'src/messagenode/a.ts': "import { a } from '../validator/a.js'",
      'src/node/a.ts': "import { a } from '../cli/a.js'",
      'plugins/a.ts': "import { a } from '../src/protocol/a.js'",
      'src/index.ts': "export * from './cli/index.js'",
    })
    expect(status).toBe(1)
    expect(faults.map((fault) => fault.replace(/^(\S+): imports \S+: /, '$1: '))).toEqual([
      'src/feeds/a.ts: feeds must not import roles',
      'src/feeds/deep/b.ts: feeds must not import plugins',
      'src/index.ts: index.ts must not import cli',
      'src/messagenode/a.ts: messagenode must not import validator',
      'src/node/a.ts: node must not import cli',
      'src/protocol/a.ts: protocol must not import ledger',
      'src/roles/a.ts: roles must not import node',
      'src/util/a.ts: util must not import feeds',
      'src/validator/a.ts: validator must not import messagenode',
      'plugins/a.ts: plugins must not import protocol',
    ])
  })

  it('refuses a folder that nobody gave a place, and what is not source at all', async () => {
    const { status, faults } = await check({
      'src/extra/a.ts': "import { a } from '../util/a.js'",
      'src/node/a.ts': "import { a } from '../../test/support/a.js'",
    })
    expect(status).toBe(1)
    expect(faults).toEqual([
      'src/extra/a.ts: imports ../util/a.js: the folder extra has no place in the table of scripts/check-imports.mjs',
      'src/node/a.ts: imports ../../test/support/a.js: test/support/a.js is no part of the source',
    ])
  })

  it('is not deceived by comments and texts', async () => {
    const { status } = await check({
      'src/util/b.ts': "// import { a } from '../node/a.js'\nexport const text = \"from '../node/a.js'\"",
    })
    expect(status).toBe(0)
  })
})
