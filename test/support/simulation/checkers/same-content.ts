import type { ExecutedBlock } from '../../../../src/protocol/index.js'
import { equalBytes } from '../../../../src/util/index.js'

type Content = Pick<ExecutedBlock, 'transactions' | 'codes'>

/** Whether two blocks have the same transactions at the same places, with the same codes. Spells nothing. */
export const isSameContent = (a: Content, b: Content): boolean =>
  equalBytes(a.codes, b.codes) &&
  a.transactions.length === b.transactions.length &&
  a.transactions.every((one, position) => {
    const other = b.transactions[position]
    return (
      one.lane === other?.lane &&
      one.sequence === other.sequence &&
      one.index === other.index &&
      (one.bytes === other.bytes || equalBytes(one.bytes, other.bytes))
    )
  })
