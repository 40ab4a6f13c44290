import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { ArchiveFile } from '../../../src/archive/archive-file.js'
import { ChunkCache } from '../../../src/archive/chunk-cache.js'
import { decodeEnd, END_SIZE } from '../../../src/archive/end.js'
import { readIndex } from '../../../src/archive/index-table.js'
import { bytesOf, contentsOf, replicaOf, small } from '../../support/archive/index.js'
import { at } from '../../support/protocol/index.js'
import { signedChain } from '../../support/signed-feed.js'
import { temporaryDirectory } from '../../support/temporary.js'

it('the cache of members holds no more than its budget, and reads again what had to go', async () => {
  const log = signedChain(at(small.members, 0).owner, 1500)
  const { bytes } = await bytesOf(contentsOf([replicaOf(small, 'validator-1', log)]))
  const path = join(await temporaryDirectory(), 'a.bfa')
  await writeFile(path, bytes)
  const file = await ArchiveFile.open(path)
  onTestFinished(() => file.close())
  const chunks = await readIndex(file, decodeEnd(bytes.subarray(-END_SIZE)))
  expect(chunks.map(({ holds }) => holds)).toEqual(['head', 'messages', 'messages', 'messages'])

  const reads: number[] = []
  const counting = {
    member: (offset: number, limit: number) => {
      reads.push(chunks.findIndex((chunk) => chunk.offset === offset))
      return file.member(offset, limit)
    },
  }
  // Room for two full members.
  const cache = new ChunkCache(counting, chunks, 600_000)
  for (const number of [1, 2, 1, 2, 3, 2, 1]) await cache.lines(number)
  // The third drives out the first, which was used before the second.
  expect(reads).toEqual([1, 2, 3, 1])
})
