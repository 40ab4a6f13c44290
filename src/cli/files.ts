import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { CodedError } from '../util/index.js'
import { toJson } from './kit/index.js'

/** Small files that commands read and write. */

/** Room for the proofs of a long run. */
const MAX_SIZE = 256 * 1024 * 1024

/** @throws CodedError `file-missing`, `file-unreadable` */
export const readText = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path)
    if (size <= MAX_SIZE) return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = reasonOf(cause)
    throw reason === 'ENOENT'
      ? new CodedError('file-missing', `there is no file ${path}`, { path }, { cause })
      : new CodedError('file-unreadable', `${path} cannot be read (${reason})`, { path, reason }, { cause })
  }
  throw new CodedError('file-unreadable', `${path} is larger than any file of this kind`, { path })
}

/** @throws CodedError as {@link readText}, and `file-malformed` */
export const readJson = async (path: string): Promise<unknown> => {
  const text = await readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CodedError('file-malformed', `${path} is not JSON`, { path }, { cause })
  }
}

/** What happens to a file of that name: `new` refuses, `replace` puts the whole new one in its place. */
export type Overwrite = 'new' | 'replace'

/** @throws CodedError `file-exists`, `file-unwritable` */
export const writeJson = (
  path: string,
  value: unknown,
  overwrite: Overwrite = 'new',
  mode = 0o644,
): Promise<void> => writeText(path, `${toJson(value, 2)}\n`, overwrite, mode)

/** @throws CodedError as {@link writeJson} */
export const writeText = async (
  path: string,
  text: string,
  overwrite: Overwrite = 'new',
  mode = 0o644,
): Promise<void> => {
  const target = overwrite === 'new' ? path : `${path}.new`
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(target, overwrite === 'new' ? 'wx' : 'w', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (overwrite === 'replace') await rename(target, path)
  } catch (cause) {
    const reason = reasonOf(cause)
    throw reason === 'EEXIST'
      ? new CodedError('file-exists', `${path} exists already`, { path }, { cause })
      : new CodedError(
          'file-unwritable',
          `${path} cannot be written (${reason})`,
          { path, reason },
          { cause },
        )
  }
}

/** The first line, without its end. @throws CodedError as {@link readText} */
export const readPassphrase = async (path: string | undefined): Promise<string | undefined> =>
  path === undefined ? undefined : ((await readText(path)).split(/\r?\n/, 1)[0] ?? '')

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
