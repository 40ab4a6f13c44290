import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** A folder of the running test's own, gone when it ends. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'blockfin-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** One that a whole file of tests shares: for what its `beforeAll` makes. */
export const sharedDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'blockfin-test-'))
  afterAll(() => rm(directory, { recursive: true, force: true }))
  return directory
}
