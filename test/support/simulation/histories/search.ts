import { type CorePatch, coresOf, type PatchedCore } from '../directed/patched-core.js'
import { differenceIn, judgesOtherwise } from './difference.js'

export interface Search {
  /** The first seed. */
  readonly from: number
  /** No new one is begun after so long. */
  readonly limitMs: number
}

/** The first history in which a patched core does otherwise than a shipped one, or its watch says otherwise. */
export const firstDifference = (
  patches: readonly CorePatch[],
  patched: PatchedCore,
  { from, limitMs }: Search,
): string | undefined => {
  const end = performance.now() + limitMs
  const find = finder(patches, patched)
  for (let seed = from; performance.now() < end; seed++) {
    const found = find(seed)
    if (found !== null) return `histories: seed ${seed}: ${found}`
  }
  return undefined
}

/** What is beside the cores is compared by what it says, the rest by what the cores do. */
const finder = (patches: readonly CorePatch[], patched: PatchedCore): ((seed: number) => string | null) => {
  const cores = coresOf(patched)
  const isBeside = patches.some(({ file }) => BESIDE.some((folder) => file.startsWith(`${folder}/`)))
  if (!isBeside) return (seed) => differenceIn(seed, cores)
  return (seed) => (judgesOtherwise(seed, patched.protocol) ? 'judges-otherwise' : null)
}

const BESIDE = ['protocol/watch', 'protocol/evidence'] as const
