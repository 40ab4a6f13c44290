import { hashHex, messageKeyOf, sha256 } from '../../../../src/feeds/index.js'
import type { AssembledBody, Hash, MessageKey } from '../../../../src/feeds/index.js'
import type { Publish } from '../../../../src/protocol/index.js'
import { fromHex, utf8 } from '../../../../src/util/index.js'
import type { BlockForger } from './block-forger.js'

/**
 * A proposal that no correct validator may precommit, made from one that it might; null where the moment does not
 * fit. Each breaks one rule of protocol section 5 and keeps all others, so that only the check of that rule is in
 * its way.
 */
export type Lie = (body: AssembledBody, forger: BlockForger) => Partial<Publish> | null

const telling =
  (tell: (body: AssembledBody, forger: BlockForger) => AssembledBody | null): Lie =>
  (body, forger) => {
    const draft = tell(body, forger)
    return draft && { draft }
  }

const otherThan = (hash: Hash): Hash => hashHex(sha256(fromHex(hash)))

/** The key of a message that nobody has. */
const NOBODYS: MessageKey = messageKeyOf(sha256(utf8('a message that nobody has')))

const free = ({ base }: AssembledBody): boolean => base === -1

/** Lies about a block, told in any round that is free to choose one. */
export const BLOCK_LIES = {
  'wrong parent': telling((body) => ({ ...body, parent: otherThan(body.parent) })),
  'no parent certificate': telling((body) => (body.height > 1 ? { ...body, parentCertificate: null } : null)),
  'unknown Messagenode': telling((body) => ({
    ...body,
    seen: [...body.seen, { messagenode: 15, sequence: 1, key: NOBODYS }],
  })),
  'unknown lane': telling((body, { lanes }) => ({
    ...body,
    have: body.have,
    cut: [...body.cut, { lane: lanes, sequence: 1, tip: NOBODYS }],
  })),
  'cut that stands still': telling((body, { parent }) => {
    const lane = parent.findIndex((_tip, index) => body.cut.every((advance) => advance.lane !== index))
    const tip = parent[lane]
    if (!tip) return null
    return { ...body, cut: [...body.cut, { lane, ...tip }].sort((a, b) => a.lane - b.lane) }
  }),
  'have of too many lanes': telling((body) => ({ ...body, have: [...body.have, 0] })),
  'wrong cut root': telling((body, forger) => forger.withFacts(body, { cutRoot: otherThan(body.cutRoot) })),
  'wrong transaction root': telling((body, forger) =>
    forger.withFacts(body, { txRoot: otherThan(body.txRoot) }),
  ),
  'wrong transaction count': telling((body, forger) => forger.withFacts(body, { txCount: body.txCount + 1 })),
  'wrong block id': telling((body) => ({ ...body, block: otherThan(body.block) })),
  'cut that nobody has, under the right id': telling((body) => ({
    ...body,
    cut: body.cut.map((advance) => ({ ...advance, tip: NOBODYS })),
  })),
  'transactions of another block, under the right id': telling((body) => ({
    ...body,
    txRoot: otherThan(body.txRoot),
  })),
  'base that is its own round': telling((body) =>
    free(body) ? { ...body, base: body.round, justify: { skipped: null, precommitted: NOBODYS } } : null,
  ),
  'message that nobody has': telling((body) => {
    const [first] = body.cut
    if (!first || !free(body)) return null
    const have = body.have.map((sequence, lane) => (lane === first.lane ? sequence + 1 : sequence))
    return { ...body, have }
  }),
  'one lane left out': telling((body, forger) =>
    free(body) && body.cut.length > 1 ? forger.withCut(body, body.cut.slice(1)) : null,
  ),
  'everything at once': telling((body, forger) => {
    if (!free(body)) return null
    const cut = body.have.flatMap((sequence, lane) => {
      const last = forger.after(lane, sequence - (forger.parent[lane]?.sequence ?? 0))
      return last && last.sequence > (forger.parent[lane]?.sequence ?? 0)
        ? [forger.advanceTo(lane, last)]
        : []
    })
    const isMore =
      cut.map(({ sequence }) => sequence).join() !== body.cut.map(({ sequence }) => sequence).join()
    return isMore ? forger.withCut(body, cut) : null
  }),
  'nothing but junk': telling((body, forger) => {
    const lane = forger.parent.findIndex((_tip, index) => forger.after(index, 1)?.body.type === 'junk')
    const junk = lane < 0 ? undefined : forger.after(lane, 1)
    if (!junk || !free(body)) return null
    const have = forger.parent.map(({ sequence }, index) => (index === lane ? junk.sequence : sequence))
    return forger.withCut({ ...body, have }, [forger.advanceTo(lane, junk)])
  }),
  'turn of another': telling((body) => (free(body) ? { ...body, round: body.round + 1 } : null)),
  'wrong feed': ((body) => ({ draft: body, role: 'seal-counter' })) as Lie,
} satisfies Record<string, Lie>

/** Lies about the round that a block comes from. */
export const BASE_LIES = {
  /** Chooses freely although a block was precommitted before, and nothing says that its round was skipped. */
  'free choice above a base': telling((body, forger) =>
    body.base >= 0
      ? another({ ...body, base: -1, justify: { skipped: body.justify.skipped, precommitted: null } }, forger)
      : null,
  ),
  'another block than the base': telling((body, forger) => (body.base >= 0 ? another(body, forger) : null)),
  'base that nobody precommitted': telling((body) =>
    body.round === 0
      ? { ...body, block: otherThan(body.block) }
      : { ...body, base: body.round - 1, justify: { skipped: null, precommitted: NOBODYS } },
  ),
} satisfies Record<string, Lie>

/** Another block: one message more of some lane, null where none has come. */
const another = (body: AssembledBody, forger: BlockForger): AssembledBody | null => {
  const reached = forger.parent.map(
    (parent, lane) => body.cut.find((advance) => advance.lane === lane)?.sequence ?? parent.sequence,
  )
  const following = reached.map((sequence, lane) =>
    forger.after(lane, sequence - (forger.parent[lane]?.sequence ?? 0) + 1),
  )
  const more = following.findIndex((message) => message?.body.type === 'transaction')
  const next = following[more]
  if (!next) return null
  const others = body.cut.filter(({ lane }) => lane !== more)
  const cut = [...others, forger.advanceTo(more, next)].sort((a, b) => a.lane - b.lane)
  const have = reached.map((sequence, lane) => (lane === more ? next.sequence : sequence))
  return forger.withCut({ ...body, have }, cut)
}
