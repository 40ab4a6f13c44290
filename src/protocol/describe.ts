import type { AssembledBody, Electorate, Hash, MessageOf } from '../feeds/index.js'
import type { HeightBook } from './book.js'
import { type Chain, type Cut, cutAfter, idOfBlock, rootOfCut } from './chain.js'

/** The block that another one follows. */
export interface Parent {
  readonly block: Hash
  readonly cut: Cut
}

/**
 * Whether a proposal says of the block that it names what the block's id commits to. An assembler may name the block
 * of another and lie about its cut or roots: who took that proposal for the block could neither fetch, certify nor
 * repeat it.
 */
export const describes = <State>(chain: Chain<State>, parent: Parent, body: AssembledBody): boolean => {
  const known = DESCRIBED.get(body)
  const isKnown = known?.electorate === chain.electorate && known.parent.block === parent.block
  if (isKnown && isSameCut(known.parent.cut, parent.cut)) return known.describes
  const result = { electorate: chain.electorate, parent, describes: compute(chain, parent, body) }
  DESCRIBED.set(body, result)
  return result.describes
}

/** A parsed proposal never changes, and is asked about at every step while it is the newest. */
const DESCRIBED = new WeakMap<
  AssembledBody,
  { readonly electorate: Electorate; readonly parent: Parent; readonly describes: boolean }
>()

const isSameCut = (a: Cut, b: Cut): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ sequence, tip }, lane) => sequence === b[lane]?.sequence && tip === b[lane].tip))

const compute = <State>(chain: Chain<State>, parent: Parent, body: AssembledBody): boolean => {
  const grows = body.cut.every(({ lane, sequence }) => sequence > (parent.cut[lane]?.sequence ?? Infinity))
  if (!grows || body.parent !== parent.block) return false
  const { cutRoot, txRoot, txCount } = body
  if (rootOfCut(chain, cutAfter(parent.cut, body.cut)) !== cutRoot) return false
  return idOfBlock(chain, body.height, parent.block, { cutRoot, txRoot, txCount }) === body.block
}

/** The first proposal of a height that describes this block. */
export const describing = <State>(
  chain: Chain<State>,
  parent: Parent,
  book: HeightBook,
  block: Hash,
): MessageOf<AssembledBody> | undefined => {
  for (const proposals of book.proposals.values()) {
    const found = proposals.find(({ body }) => body.block === block && describes(chain, parent, body))
    if (found) return found
  }
  return undefined
}
