import { readdir, readFile, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

/** Lines of each log that a failed test shows: what a child said is all that is left of it. */
const SHOWN_LINES = 15

/** Where a test's devnet goes. When the test fails, the ends of its logs are shown before it is removed. */
export const devnetDirectory = async (): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'blockfin-test-'))
  const directory = join(parent, 'net')
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(await logEnds(directory))
    await rm(parent, { recursive: true, force: true })
  })
  return directory
}

const logEnds = async (directory: string): Promise<string> => {
  const entries = await readdir(directory, { recursive: true }).catch(() => [])
  const ends = entries
    // The databases of a node keep logs of their own, which are numbered.
    .filter((entry) => /[a-z]\.log$/.test(entry))
    .map(async (entry) => {
      const lines = (await readFile(join(directory, entry), 'utf8')).trimEnd().split('\n')
      return [`--- ${entry}`, ...lines.slice(-SHOWN_LINES)].join('\n')
    })
  return (await Promise.all(ends)).join('\n')
}
