import type { Hash } from '../feeds/index.js'
import { owned } from '../util/index.js'
import { EMPTY_HASH, hexHash, innerHash, keyHashOf, leafHash } from './map-hash.js'
import type { MapProof } from './map-proof.js'
import { bitAt, find, insert, leaves, locate, remove } from './trie.js'
import type { Inner, Leaf, Trie } from './trie.js'

interface Entry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/**
 * The authenticated map under every state root (protocol section 3): a compact sparse Merkle tree over the
 * hashes of its keys. It is a value: `set` and `delete` return another map and leave this one as it is. Hashes
 * are computed when the root or a proof is asked for and then kept, so a batch of changes costs one hash per
 * changed node, and equal contents have equal roots whatever their history.
 */
export class AuthenticatedMap {
  static readonly EMPTY = new AuthenticatedMap(null)

  private constructor(private readonly trie: Trie<Entry>) {}

  get(key: Uint8Array): Uint8Array | null {
    return find(this.trie, keyHashOf(key))?.value ?? null
  }

  set(key: Uint8Array, value: Uint8Array): AuthenticatedMap {
    return new AuthenticatedMap(insert(this.trie, keyHashOf(key), { key: owned(key), value: owned(value) }))
  }

  /** This very map if the key is not in it. */
  delete(key: Uint8Array): AuthenticatedMap {
    const trie = remove(this.trie, keyHashOf(key))
    return trie === this.trie ? this : new AuthenticatedMap(trie)
  }

  /** O(nodes changed since a root was last computed). */
  get root(): Hash {
    return digestOf(this.trie)
  }

  /** Proves the value of the key, or that the key is absent; see {@link ./map-proof.verifyMapProof}. */
  prove(key: Uint8Array): MapProof {
    const keyHash = keyHashOf(key)
    const { end, inners } = locate(this.trie, keyHash)
    const siblings = inners.map((inner, depth) =>
      digestOf(bitAt(keyHash, depth) === 0 ? inner.right : inner.left),
    )
    return {
      siblings: siblings.reverse(),
      other: end === null || end.path === keyHash ? null : otherOf(end),
    }
  }

  /** Keys and values, ascending by the hash of the key. */
  *[Symbol.iterator](): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    for (const { value } of leaves(this.trie)) yield [value.key, value.value]
  }
}

const otherOf = ({ path, value }: Leaf<Entry>): MapProof['other'] => ({
  keyHash: path,
  valueHash: hexHash(value.value),
})

const digestOf = (node: Trie<Entry>): Hash =>
  node === null ? EMPTY_HASH : (node.digest ??= computeDigest(node))

const computeDigest = (node: Leaf<Entry> | Inner<Entry>): Hash =>
  node.kind === 'leaf'
    ? leafHash(node.path, hexHash(node.value.value))
    : innerHash(digestOf(node.left), digestOf(node.right))
