import type { Hash } from '../feeds/index.js'

/**
 * A persistent binary trie over paths of 256 bits, written as hashes: a node never changes, and an update shares
 * all but one path with the tree it came from. A subtree of one entry is that leaf alone; with more it is an inner
 * node, even if one side is empty. So the shape depends on the set of paths and on nothing else.
 */
export type Trie<V> = Leaf<V> | Inner<V> | null

export interface Leaf<V> {
  readonly kind: 'leaf'
  readonly path: Hash
  readonly value: V
  /** Cache of {@link ./authenticated-map}: filled when the root is asked for, never otherwise. */
  digest: Hash | null
}

export interface Inner<V> {
  readonly kind: 'inner'
  readonly left: Trie<V>
  readonly right: Trie<V>
  digest: Hash | null
}

const leafOf = <V>(path: Hash, value: V): Leaf<V> => ({ kind: 'leaf', path, value, digest: null })

const innerOf = <V>(left: Trie<V>, right: Trie<V>): Inner<V> => ({ kind: 'inner', left, right, digest: null })

/** The bit of a path that chooses the side below a node of this depth, most significant first. */
export const bitAt = (path: Hash, depth: number): 0 | 1 => {
  const digit = path.charCodeAt(depth >> 2)
  const nibble = digit <= NINE ? digit - ZERO : digit - A + 10
  return ((nibble >> (3 - (depth & 3))) & 1) === 0 ? 0 : 1
}

const ZERO = '0'.charCodeAt(0)
const NINE = '9'.charCodeAt(0)
const A = 'a'.charCodeAt(0)

/** The node where the search for a path ends: its own leaf, a leaf in its place, or nothing. */
export const locate = <V>(
  trie: Trie<V>,
  path: Hash,
): { readonly end: Leaf<V> | null; readonly inners: readonly Inner<V>[] } => {
  const inners: Inner<V>[] = []
  let node = trie
  while (node?.kind === 'inner') {
    const inner: Inner<V> = node
    node = bitAt(path, inners.length) === 0 ? inner.left : inner.right
    inners.push(inner)
  }
  return { end: node, inners }
}

export const find = <V>(trie: Trie<V>, path: Hash): V | undefined => {
  let node = trie
  for (let depth = 0; node?.kind === 'inner'; depth++)
    node = bitAt(path, depth) === 0 ? node.left : node.right
  return node !== null && node.path === path ? node.value : undefined
}

export const insert = <V>(trie: Trie<V>, path: Hash, value: V): Trie<V> => put(trie, leafOf(path, value), 0)

const put = <V>(node: Trie<V>, leaf: Leaf<V>, depth: number): Trie<V> => {
  if (node === null) return leaf
  if (node.kind === 'leaf') return node.path === leaf.path ? leaf : fork(node, leaf, depth)
  return bitAt(leaf.path, depth) === 0
    ? innerOf(put(node.left, leaf, depth + 1), node.right)
    : innerOf(node.left, put(node.right, leaf, depth + 1))
}

/** Two leaves of different paths share inner nodes with one empty side until their bits part. */
const fork = <V>(a: Leaf<V>, b: Leaf<V>, depth: number): Inner<V> => {
  const bit = bitAt(a.path, depth)
  if (bit === bitAt(b.path, depth)) {
    const below = fork(a, b, depth + 1)
    return bit === 0 ? innerOf<V>(below, null) : innerOf<V>(null, below)
  }
  return bit === 0 ? innerOf<V>(a, b) : innerOf<V>(b, a)
}

/** The same trie object if the path is not in it. */
export const remove = <V>(trie: Trie<V>, path: Hash): Trie<V> => take(trie, path, 0)

const take = <V>(node: Trie<V>, path: Hash, depth: number): Trie<V> => {
  if (node === null) return null
  if (node.kind === 'leaf') return node.path === path ? null : node
  if (bitAt(path, depth) === 0) {
    const left = take(node.left, path, depth + 1)
    return left === node.left ? node : join(left, node.right)
  }
  const right = take(node.right, path, depth + 1)
  return right === node.right ? node : join(node.left, right)
}

/** A leaf left alone moves up, so that a removal restores the shape from before the insertion. */
const join = <V>(left: Trie<V>, right: Trie<V>): Trie<V> => {
  if (left === null && right?.kind !== 'inner') return right
  if (right === null && left?.kind !== 'inner') return left
  return innerOf(left, right)
}

/** All leaves, ascending by path. */
export function* leaves<V>(trie: Trie<V>): Generator<Leaf<V>> {
  const pending: Trie<V>[] = [trie]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node?.kind === 'leaf') yield node
    else if (node?.kind === 'inner') pending.push(node.right, node.left)
  }
}

/** How many leading bits two paths share; 256 if they are equal. */
export const sharedBits = (a: Hash, b: Hash): number => {
  let depth = 0
  while (depth < 256 && bitAt(a, depth) === bitAt(b, depth)) depth++
  return depth
}
