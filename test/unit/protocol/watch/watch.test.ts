import { describe, expect, it } from 'vitest'
import { type FeedId, type FeedMessage, NO_MESSAGE } from '../../../../src/feeds/index.js'
import { type Finding, lawOf, type Sign, Watch } from '../../../../src/protocol/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../../support/evidence/index.js'
import {
  assembled,
  at,
  type Block,
  commitVote,
  committed,
  grow,
  precommitted,
  precommitVote,
  Scene,
  sealed,
  skipVote,
} from '../../../support/protocol/index.js'
import { strangeHash } from '../../../support/protocol/strange.js'

const watchOf = (scene: Scene): Watch => new Watch(lawOf(scene.network, scene.cast.scheme.verify))

const findingsIn = (signs: readonly Sign[]): readonly Finding[] =>
  signs.flatMap((sign) => (sign.kind === 'finding' ? [sign.finding] : []))
const codesIn = (signs: readonly Sign[]): readonly string[] => findingsIn(signs).map(({ code }) => code)

/** Another block of the same height. */
const rival = (block: Block): Block => ({
  ...block,
  value: { ...block.value, xRoot: strangeHash('results') },
})

/** Blocks from height 1 on, one on top of the other. */
const chainOf = (scene: Scene, count: number): readonly Block[] => {
  const blocks: Block[] = []
  for (let height = 1; height <= count; height++) {
    blocks.push(grow(scene, blocks.at(-1) ?? scene.genesis).block)
  }
  return blocks
}

describe('a watch', () => {
  it.each(EVIDENCE_CASES.filter(({ watched }) => watched !== false))(
    '$code: $name',
    ({ code, guilty, messages }) => {
      const scene = new SignedScene()
      const watch = watchOf(scene)
      const signs = messages(scene).flatMap((message) => [
        ...watch.take(message),
        // What no feed holds beside another is learned by key.
        ...watch.takeFetched(message, scene.messagenode(1).id),
      ])
      const asked = signs.some(({ kind }) => kind === 'compare')
      expect(codesIn(signs).includes(code) || (asked && code === 'sequence-gap')).toBe(guilty !== null)
    },
  )

  it('tells of a behaviour once, whatever comes again', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const [block] = chainOf(scene, 1)
    if (!block) throw new RangeError('one block')
    const votes = [commitVote(scene, 0, block), commitVote(scene, 0, rival(block))]
    expect(codesIn(votes.flatMap((vote) => watch.take(vote)))).toEqual(['double-commit'])
    const again = commitVote(scene, 0, { ...block, value: { ...block.value, xRoot: strangeHash('more') } })
    expect([...votes, again].flatMap((vote) => watch.take(vote))).toEqual([])
  })

  it('finds nothing in the same messages read twice', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const messages = chainOf(scene, 9).flatMap((block) => [
      assembled(scene, block),
      precommitVote(scene, 0, block),
      commitVote(scene, 0, block),
      committed(scene, block),
      sealed(scene, block, { by: 1 }),
    ])
    const signs = [...messages, ...messages].flatMap((message) => watch.take(message))
    expect(findingsIn(signs)).toEqual([])
  })

  it('holds a vote against the certificates of its block, whichever comes first, and accuses its author alone', () => {
    const wrongs = (
      order: (vote: FeedMessage, certificates: readonly FeedMessage[]) => readonly FeedMessage[],
    ) => {
      const scene = new Scene()
      const watch = watchOf(scene)
      const [content, other] = [scene.lane(0), scene.lane(1)]
      const block = scene.block(scene.genesis, content)
      const earlier = precommitted(scene, scene.block(scene.genesis, other))
      const vote = precommitVote(scene, 3, rival(block), { round: 1, entry: NO_MESSAGE })
      const signs = order(vote, [earlier, precommitted(scene, block, { round: 1 })])
      const findings = findingsIn(signs.flatMap((message) => watch.take(message)))
      return findings.map(({ code, culprits }) => [
        code,
        culprits.map(({ owner }) => owner === scene.validator(3).id),
      ])
    }
    expect(wrongs((vote, certificates) => [vote, ...certificates])).toEqual([['wrong-results', [true]]])
    expect(wrongs((vote, certificates) => [...certificates, vote])).toEqual([['wrong-results', [true]]])
  })

  it('judges what a stranger signed not at all', () => {
    const scene = new Scene()
    const other = new Scene({ validators: 7 })
    const stranger = other.lane(6)
    expect(watchOf(scene).take(stranger)).toEqual([])
  })
})

describe('a late double vote', () => {
  const HEIGHTS = 70

  it('is found for a height long decided: at once as a step back, and exactly once its feed was scanned', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const blocks = chainOf(scene, HEIGHTS)
    const votes = blocks.map((block) => commitVote(scene, 0, block))
    expect(votes.flatMap((vote) => watch.take(vote))).toEqual([])
    const late = commitVote(scene, 0, rival(at(blocks, 0)))
    const signs = watch.take(late)
    expect(codesIn(signs)).toEqual(['height-backwards'])
    expect(signs).toContainEqual({ kind: 'scan', feed: late.author, height: 1, suspect: late })
    expect(codesIn(watch.weigh(at(votes, 0), late))).toEqual(['double-commit'])
  })

  it('is found in memory when it is not that late', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const blocks = chainOf(scene, 20)
    for (const block of blocks) watch.take(commitVote(scene, 0, block))
    const signs = watch.take(commitVote(scene, 0, rival(at(blocks, 4))))
    expect(codesIn(signs)).toEqual(['height-backwards', 'double-commit'])
  })

  it('is looked for on disk where a replay has left out the beginning of the feed', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const blocks = chainOf(scene, 4)
    const [, second, third] = blocks.map((block) => commitVote(scene, 0, block))
    if (!second || !third) throw new RangeError('votes')
    watch.take(second)
    watch.take(third)
    const late = commitVote(scene, 0, rival(at(blocks, 0)))
    expect(watch.take(late)).toContainEqual({ kind: 'scan', feed: late.author, height: 1, suspect: late })
  })

  it('hides behind no flood of votes for one height', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const [block] = chainOf(scene, 1)
    if (!block) throw new RangeError('one block')
    for (let round = 0; round < 200; round++) watch.take(commitVote(scene, 0, block, { round }))
    const late = commitVote(scene, 0, rival(block), { round: 3 })
    expect(watch.take(late)).toContainEqual({ kind: 'scan', feed: late.author, height: 1, suspect: late })
  })

  it('of a skip is found beside a commit of 69 heights before, and the other way round', () => {
    for (const commitFirst of [true, false]) {
      const scene = new Scene()
      const watch = watchOf(scene)
      const blocks = chainOf(scene, HEIGHTS)
      const skip = skipVote(scene, 0, 1)
      const commits = blocks.map((block) => commitVote(scene, 0, block))
      const signs = (commitFirst ? [...commits, skip] : [skip, ...commits]).flatMap((vote) =>
        watch.take(vote),
      )
      if (commitFirst) {
        expect(signs).toEqual([{ kind: 'scan', feed: at(commits, 0).author, height: 1, suspect: skip }])
        expect(codesIn(watch.weigh(at(commits, 0), skip))).toEqual(['commit-and-skip'])
      } else expect(codesIn(signs)).toEqual(['commit-and-skip'])
    }
  })
})

describe('a quoted key', () => {
  interface Forked {
    readonly scene: Scene
    readonly mine: FeedMessage
    readonly theirs: FeedMessage
    readonly by: FeedId
  }
  const forked = (): Forked => {
    const scene = new Scene()
    const base = scene.lane(0)
    const transaction = (byte: number) =>
      ({ type: 'transaction', transactions: [new Uint8Array([byte])] }) as const
    const [mine, theirs] = [1, 2].map((byte) => scene.after(base, base.author, transaction(byte)))
    if (!mine || !theirs) throw new RangeError('two branches')
    return { scene, mine, theirs, by: scene.messagenode(0).id }
  }
  const quoteOf = ({ theirs, by }: Forked) => ({
    feed: theirs.author,
    sequence: theirs.sequence,
    key: theirs.key,
    by,
  })

  it('that differs from the one held is compared, and convicts once shown', () => {
    const given = forked()
    const watch = watchOf(given.scene)
    watch.take(given.mine)
    const quote = quoteOf(given)
    expect(watch.takeQuote(quote)).toEqual([{ kind: 'compare', quote }])
    expect(codesIn(watch.takeFetched(given.theirs, given.by))).toEqual(['feed-fork'])
  })

  it('that comes before its place is compared when that is reached', () => {
    const given = forked()
    const watch = watchOf(given.scene)
    const quote = quoteOf(given)
    expect(watch.takeQuote(quote)).toEqual([])
    expect(watch.take(given.mine)).toEqual([{ kind: 'compare', quote }])
  })

  it('that is the one held says nothing, before or after', () => {
    const given = forked()
    const watch = watchOf(given.scene)
    const quote = { ...quoteOf(given), key: given.mine.key }
    expect([watch.takeQuote(quote), watch.take(given.mine), watch.takeQuote(quote)]).toEqual([[], [], []])
  })

  it('of a place long past is looked up on disk', () => {
    const given = forked()
    const watch = watchOf(given.scene)
    watch.take(given.mine)
    let last = given.mine
    for (let count = 0; count < 300; count++) {
      last = given.scene.after(last, last.author, { type: 'transaction', transactions: [] })
      watch.take(last)
    }
    const quote = quoteOf(given)
    expect(watch.takeQuote(quote)).toEqual([{ kind: 'compare', quote }])
  })

  it('stands in cuts and in what assemblers had seen', () => {
    const { scene, mine, theirs } = forked()
    const watch = watchOf(scene)
    watch.take(mine)
    const { block } = grow(scene, scene.genesis)
    const cut = [{ lane: 0, sequence: theirs.sequence, tip: theirs.key }]
    const first = assembled(scene, block)
    watch.take(first)
    const seen = [{ messagenode: 1, sequence: first.sequence, key: NO_MESSAGE }]
    const second = assembled(scene, block, { round: 1, cut, seen })
    const asked = watch.take(second).flatMap((sign) => (sign.kind === 'compare' ? [sign.quote.key] : []))
    expect(asked).toEqual([theirs.key, NO_MESSAGE])
  })
})

describe('a linked message that nobody brings', () => {
  it('is fetched from whoever links it once three more heights are decided, and once only', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const blocks = chainOf(scene, 6)
    const vote = precommitVote(scene, 0, at(blocks, 0))
    watch.take(vote)
    const fetches = blocks.map((block) =>
      watch
        .take(committed(scene, block, { links: vote.key }))
        .filter((sign) => sign.kind === 'fetch' && sign.key === vote.body.assembled),
    )
    const expected = { kind: 'fetch', key: vote.body.assembled, from: scene.validator(0).id }
    expect(fetches).toEqual([[], [], [], [expected], [], []])
  })
})

describe('decisions for two values in two rounds', () => {
  it('are evident, though they convict nobody by themselves', () => {
    const scene = new Scene()
    const watch = watchOf(scene)
    const [block] = chainOf(scene, 1)
    if (!block) throw new RangeError('one block')
    watch.take(committed(scene, block))
    const [found] = findingsIn(watch.take(committed(scene, rival(block), { round: 1, by: 1 })))
    expect(found).toMatchObject({ code: 'conflicting-decisions', grade: 'evident', culprits: [] })
  })
})
