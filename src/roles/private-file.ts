import { constants } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Small files for their owner's eyes only. Errors are those of the system; the caller gives them codes. */

const OWNER_ONLY = 0o600
const FOR_OTHERS = 0o077

export interface PrivateFile {
  readonly text: string
  /** Nobody but the owner may read or change it. */
  readonly ownerOnly: boolean
  /** Permission bits, as `chmod` writes them. */
  readonly mode: string
}

/**
 * The permissions are those of the file that was opened, so that it cannot be swapped between look and read.
 * @returns undefined if it is no regular file of at most `maxSize` bytes
 */
export const readPrivateFile = async (path: string, maxSize: number): Promise<PrivateFile | undefined> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || stat.size > maxSize) return undefined
    return {
      text: await handle.readFile('utf8'),
      ownerOnly: (stat.mode & FOR_OTHERS) === 0,
      mode: (stat.mode & 0o777).toString(8).padStart(4, '0'),
    }
  } finally {
    await handle.close()
  }
}

/**
 * Whole and durable, or not at all: `temporary`, in the same folder, is made durable and then linked to its name,
 * which unlike a rename fails with EEXIST if that name is taken.
 */
export const writeNewPrivateFile = async (path: string, temporary: string, text: string): Promise<void> => {
  try {
    const handle = await open(temporary, 'wx', OWNER_ONLY)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(path))
}

/** A new name is durable only with its folder. */
const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
