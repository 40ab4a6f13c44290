import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { idOf, NULL_ID, sha256d } from '../codec/index.js'
import { contractHashOf } from '../keys/index.js'
import type { Documents } from './ocean-node.js'

/** The contract and the asset mapping of a data directory, where a real node keeps them. */

const textAt = (...path: readonly string[]): string | undefined => {
  try {
    return readFileSync(join(...path), 'utf8')
  } catch {
    return undefined
  }
}

const linesOf = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

export const documentsIn = (directory: string, chain: string): Documents => ({
  contract: () => linesOf(textAt(directory, 'terms-and-conditions', chain, 'latest.txt') ?? ''),
  mappingHash() {
    const text = textAt(directory, 'asset-mapping', chain, 'latest.json')
    return text === undefined ? NULL_ID : idOf(sha256d(Buffer.from(text)))
  },
})

/** Of height 0: `old1.txt` is the first contract where there was another one before the latest. */
export const firstContractHash = (directory: string, chain: string): string | undefined => {
  const folder = join(directory, 'terms-and-conditions', chain)
  const text = textAt(folder, 'old1.txt') ?? textAt(folder, 'latest.txt')
  return text === undefined ? undefined : contractHashOf(text)
}
