import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { RPC, RpcError } from '../rpc/index.js'
import type { OceanNode } from './ocean-node.js'

/** Text files that callers name: below the node's directory unless the path begins at the root. */

const MAX_BYTES = 64 * 1024 * 1024
const OWNER_ONLY = 0o600
/** What is the node's own is never written over. */
const OWN = ['chain', 'wallet.log']

const pathOf = (name: string, { directory }: OceanNode): string =>
  isAbsolute(name) ? resolve(name) : join(directory, name)

const isOwn = (path: string, { directory }: OceanNode): boolean => {
  const [first = ''] = relative(resolve(directory), path).split(sep)
  return OWN.includes(first)
}

const refuse = (words: string): RpcError => new RpcError(RPC.parameter, words)

/** @throws RpcError */
export const writeLines = (name: string, lines: readonly string[], node: OceanNode): void => {
  const path = pathOf(name, node)
  if (isOwn(resolve(path), node)) throw refuse('Cannot open key dump file')
  try {
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: OWNER_ONLY })
  } catch {
    throw refuse('Cannot open key dump file')
  }
}

/** Lines that say something. @throws RpcError */
export const readLines = (name: string, node: OceanNode): readonly string[] => {
  try {
    const path = pathOf(name, node)
    const { size } = statSync(path)
    if (size > MAX_BYTES) throw refuse('Key dump file is too large')
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  } catch (error) {
    if (error instanceof RpcError) throw error
    throw refuse('Cannot open key dump file')
  }
}
