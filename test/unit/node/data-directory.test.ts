import { spawn, type ChildProcess } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it, onTestFinished } from 'vitest'

import { dataDirectory, lockDirectory } from '../../../src/node/data-directory.js'
import { temporaryDirectory } from '../../support/temporary.js'

const LOCKED = expect.objectContaining({ code: 'directory-locked' }) as unknown

/** Another process that takes the lock and says how it went. */
const holder = async (
  directory: string,
): Promise<{ readonly child: ChildProcess; readonly said: string }> => {
  const script = fileURLToPath(new URL('../../support/lock-holder.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, said: said.toString().trim() }
}

describe('the lock of a data directory', () => {
  it('keeps a second taker of this process out, and lets it in after release', async () => {
    const root = await temporaryDirectory()
    const lock = await lockDirectory(root)
    await expect(lockDirectory(root)).rejects.toEqual(LOCKED)
    const link = join(await temporaryDirectory(), 'link')
    await symlink(root, link)
    await expect(lockDirectory(link)).rejects.toEqual(LOCKED)
    // The refused attempts must not have cost this process its lock.
    expect((await holder(root)).said).toBe('directory-locked')
    await lock.release()
    await (await lockDirectory(root)).release()
  })

  it('keeps another process out until the holder is killed, and leaves nothing stale', async () => {
    const root = await temporaryDirectory()
    const { child, said } = await holder(root)
    expect(said).toBe('locked')
    await expect(lockDirectory(root)).rejects.toEqual(LOCKED)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const lock = await lockDirectory(root)
    expect((await holder(root)).said).toBe('directory-locked')
    await lock.release()
  })

  it('lets exactly one of two that start at once in', async () => {
    const root = await temporaryDirectory()
    const [first, second] = await Promise.all([holder(root), holder(root)])
    expect([first.said, second.said].sort()).toEqual(['directory-locked', 'locked'])
  })

  it('refuses a directory that is not there', async () => {
    const root = join(await temporaryDirectory(), 'none')
    await expect(lockDirectory(root)).rejects.toMatchObject({ code: 'directory-missing' })
  })
})

it('draws every path below its root', () => {
  const { key, root, ...paths } = dataDirectory('/somewhere')
  for (const path of [key('main'), key('sealer'), ...Object.values(paths)])
    expect(path.startsWith(`${root}/`)).toBe(true)
})
