import type { ClassicMessage, FeedId } from '../../feeds/index.js'
import { encodeForkProof, forkProofHash } from './fork-proof.js'
import { encodeCloseLane, PART_SIZE_LIMIT } from './operation.js'

/**
 * The transactions that close the lane of whoever signed these two messages, once all of them are executed; to be
 * published, in any order, in the lane called `carrier`. They need no signature, nonce or fee. The same messages give
 * the same transactions. Whether the messages prove a fork (`verifyForkProof`) is for the caller to know before.
 */
export const closeLaneOperations = (a: ClassicMessage, b: ClassicMessage, carrier: FeedId): Uint8Array[] => {
  const bytes = encodeForkProof(a, b)
  const proof = forkProofHash(bytes)
  const parts = Math.ceil(bytes.length / PART_SIZE_LIMIT)
  return Array.from({ length: parts }, (_, part) =>
    encodeCloseLane({
      carrier,
      lane: a.author,
      proof,
      part,
      parts,
      bytes: bytes.slice(part * PART_SIZE_LIMIT, (part + 1) * PART_SIZE_LIMIT),
    }),
  )
}
