import { open } from 'node:fs/promises'
import { CodedError } from '../util/index.js'
import { parseNetworkFile } from './network-file.js'
import type { Network } from './network.js'

/** Room for some hundred thousand genesis balances. */
const MAX_FILE_SIZE = 64 * 1024 * 1024

/**
 * @throws CodedError `network-file-missing`, `network-file-unreadable` (the system refuses, or it is no regular file of
 * a sensible size), `network-file-malformed` (also: not JSON), and whatever else {@link parseNetworkFile} finds
 */
export const loadNetworkFile = async (path: string): Promise<Network> => {
  const text = await readText(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new CodedError('network-file-malformed', `${path} is not JSON`, { path }, { cause })
  }
  return parseNetworkFile(json)
}

const readText = async (path: string): Promise<string> => {
  try {
    const handle = await open(path)
    try {
      const stat = await handle.stat()
      if (stat.isFile() && stat.size <= MAX_FILE_SIZE) return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw reason === 'ENOENT'
      ? new CodedError('network-file-missing', `there is no network file ${path}`, { path }, { cause })
      : new CodedError(
          'network-file-unreadable',
          `${path} cannot be read (${reason})`,
          { path, reason },
          { cause },
        )
  }
  throw new CodedError('network-file-unreadable', `${path} is no regular file of a sensible size`, { path })
}
