import { type Body, encodeBody, type FeedId, type FeedMessage, NO_MESSAGE } from '../../../src/feeds/index.js'
import type { EvidenceCode } from '../../../src/protocol/index.js'
import { at, type Block, type Scene } from '../protocol/scene.js'
import {
  assembled,
  commitVote,
  committed,
  precommitted,
  precommitVote,
  sealed,
  sealVote,
  skipped,
  skipVote,
  slots,
} from '../protocol/says.js'
import { PROPOSAL_CASES } from './proposal-cases.js'
import type { SignedScene } from './signed-scene.js'

/** What messages prove, and what looks like it but proves nothing: of four validators and three Messagenodes. */
export interface EvidenceCase {
  readonly code: EvidenceCode
  readonly name: string
  /** Whose wrong it is, as `name/role`; null where nothing is proved. */
  readonly guilty: readonly string[] | null
  /** In the order in which they are published. */
  readonly messages: (scene: SignedScene) => readonly FeedMessage[]
  /** False: a watch remembers too little for it, and only an audit holds the two together. */
  readonly watched?: boolean
}

type Make = EvidenceCase['messages']

const wrong = (
  code: EvidenceCode,
  guilty: string | readonly string[],
  name: string,
  messages: Make,
): EvidenceCase => ({
  code,
  name,
  guilty: [guilty].flat(),
  messages,
})
const right = (code: EvidenceCode, name: string, messages: Make): EvidenceCase => ({
  code,
  name,
  guilty: null,
  messages,
})

const blockOf = (scene: Scene, lane = 0, parent = scene.genesis): Block =>
  scene.block(parent, scene.lane(lane))
/** Two blocks for one height. */
const rivals = (scene: Scene): readonly [Block, Block] => [blockOf(scene, 0), blockOf(scene, 1)]

const withOtherResults = (block: Block): Block => ({
  ...block,
  value: { ...block.value, xRoot: block.value.block },
})

const inRound1 =
  (vote: typeof precommitVote): typeof precommitVote =>
  (scene, validator, block) =>
    vote(scene, validator, block, { round: 1, entry: NO_MESSAGE })

const transaction = (byte: number): Body => ({ type: 'transaction', transactions: [new Uint8Array([byte])] })
const content = (byte: number): object => encodeBody(transaction(byte))
const lane = (scene: Scene): FeedId => at(scene.lanes, 0)

const slotBody = (scene: Scene, height: number): Extract<Body, { type: 'block' }> => {
  const last = slots(scene, 2, height).at(-1)
  if (!last) throw new RangeError('slots begin at height 1')
  return last.body
}

const producer = (scene: Scene): FeedId => scene.messagenode(0).roles['empty-block-producer']

export const EVIDENCE_CASES: readonly EvidenceCase[] = [
  wrong('feed-fork', 'validator/transaction-validator', 'two messages for one place', (scene) => {
    const base = scene.lane(0)
    return [scene.after(base, lane(scene), transaction(1)), scene.after(base, lane(scene), transaction(2))]
  }),
  wrong('feed-fork', 'validator/transaction-validator', 'a message on top of another branch', (scene) => {
    const base = scene.lane(0)
    const other = scene.after(base, lane(scene), transaction(1))
    return [scene.after(base, lane(scene), transaction(2)), scene.after(other, lane(scene), transaction(3))]
  }),
  right('feed-fork', 'one message on top of another', (scene) => [scene.lane(0), scene.lane(0)]),
  right('feed-fork', 'one place in two feeds', (scene) => [scene.lane(0), scene.lane(1)]),

  wrong('double-precommit', 'validator/precommitter', 'two blocks in a round', (scene) => {
    const [a, b] = rivals(scene)
    return [precommitVote(scene, 0, a), precommitVote(scene, 0, b)]
  }),
  right('double-precommit', 'two rounds', (scene) => {
    const [a, b] = rivals(scene)
    return [precommitVote(scene, 0, a), precommitVote(scene, 0, b, { round: 1, entry: NO_MESSAGE })]
  }),
  right('double-precommit', 'two heights', (scene) => {
    const first = blockOf(scene)
    return [precommitVote(scene, 0, first), precommitVote(scene, 0, blockOf(scene, 1, first))]
  }),
  right('double-precommit', 'two validators', (scene) => {
    const [a, b] = rivals(scene)
    return [precommitVote(scene, 0, a), precommitVote(scene, 1, b)]
  }),
  right('double-precommit', 'one value twice', (scene) => {
    const block = blockOf(scene)
    return [precommitVote(scene, 0, block), precommitVote(scene, 0, block, { links: NO_MESSAGE })]
  }),
  right('double-precommit', 'a second vote that is not signed for this chain', (scene) => {
    const [a, b] = rivals(scene)
    const { key: _key, body } = precommitVote(scene, 1, b)
    const first = precommitVote(scene, 0, a)
    return [first, scene.after(first, first.author, body)]
  }),
  wrong('double-commit', 'validator/committer', 'two blocks in a round', (scene) => {
    const [a, b] = rivals(scene)
    return [commitVote(scene, 0, a), commitVote(scene, 0, b)]
  }),
  right('double-commit', 'two rounds', (scene) => {
    const [a, b] = rivals(scene)
    return [commitVote(scene, 0, a), commitVote(scene, 0, b, { round: 1 })]
  }),
  wrong('double-seal', 'validator/sealer', 'two states', (scene) => {
    const block = blockOf(scene)
    return [sealVote(scene, 0, block), sealVote(scene, 0, { ...block, stateRoot: block.value.block })]
  }),
  right('double-seal', 'one state twice', (scene) => {
    const block = blockOf(scene)
    return [sealVote(scene, 0, block), sealVote(scene, 0, block, { links: NO_MESSAGE })]
  }),

  wrong('commit-and-skip', ['validator/committer', 'validator/precommitter'], 'of one round', (scene) => [
    skipVote(scene, 0, 1),
    commitVote(scene, 0, blockOf(scene)),
  ]),
  right('commit-and-skip', 'of two rounds', (scene) => [
    skipVote(scene, 0, 1),
    commitVote(scene, 0, blockOf(scene), { round: 1 }),
  ]),
  right('commit-and-skip', 'of two validators', (scene) => [
    skipVote(scene, 0, 1),
    commitVote(scene, 1, blockOf(scene)),
  ]),
  right('commit-and-skip', 'a precommit and a skip', (scene) => [
    precommitVote(scene, 0, blockOf(scene)),
    skipVote(scene, 0, 1),
  ]),

  wrong('double-proposal', 'messagenode/block-assembler', 'two blocks in a round', (scene) => {
    const [a, b] = rivals(scene)
    return [assembled(scene, a), assembled(scene, b)]
  }),
  right('double-proposal', 'two rounds', (scene) => {
    const block = blockOf(scene)
    return [assembled(scene, block), assembled(scene, block, { round: 3 })]
  }),

  wrong(
    'conflicting-certificates',
    ['validator/precommitter', 'validator/precommitter'],
    'two precommitted',
    (scene) => {
      const [a, b] = rivals(scene)
      return [
        precommitted(scene, a, { signers: [0, 1, 2] }),
        precommitted(scene, b, { signers: [1, 2, 3], by: 1 }),
      ]
    },
  ),
  wrong(
    'conflicting-certificates',
    ['validator/committer', 'validator/committer'],
    'a decision and a skip',
    (scene) => [
      committed(scene, blockOf(scene), { signers: [0, 1, 2] }),
      skipped(scene, 1, 0, { signers: [1, 2, 3] }),
    ],
  ),
  wrong('conflicting-certificates', ['validator/sealer', 'validator/sealer'], 'two states', (scene) => {
    const block = blockOf(scene)
    const other = { ...block, stateRoot: block.value.block }
    return [sealed(scene, block, { signers: [0, 1, 2] }), sealed(scene, other, { signers: [1, 2, 3], by: 1 })]
  }),
  right('conflicting-certificates', 'one value by other signers', (scene) => {
    const block = blockOf(scene)
    return [
      precommitted(scene, block, { signers: [0, 1, 2] }),
      precommitted(scene, block, { signers: [1, 2, 3], by: 1 }),
    ]
  }),
  right('conflicting-certificates', 'two rounds', (scene) => {
    const [a, b] = rivals(scene)
    return [committed(scene, a), committed(scene, b, { round: 1, by: 1 })]
  }),
  right('conflicting-certificates', 'a precommit certificate and a skip certificate', (scene) => [
    precommitted(scene, blockOf(scene)),
    skipped(scene, 1, 0, { by: 1 }),
  ]),
  right('conflicting-certificates', 'one of them below the quorum', (scene) => {
    const [a, b] = rivals(scene)
    return [precommitted(scene, a), precommitted(scene, b, { signers: [2, 3], by: 1 })]
  }),

  ...(
    [
      ['a precommit beside a precommitted certificate', 'precommitter', precommitVote, precommitted],
      ['a precommit beside a commit certificate', 'precommitter', precommitVote, committed],
      ['a precommit of another round', 'precommitter', inRound1(precommitVote), precommitted],
      ['a commit', 'committer', commitVote, committed],
      ['a seal', 'sealer', sealVote, sealed],
      ['a commit beside a seal certificate', 'committer', commitVote, sealed],
    ] as const
  ).map(([name, role, vote, certificate]) =>
    wrong('wrong-results', `validator/${role}`, name, (scene) => {
      const block = blockOf(scene)
      return [vote(scene, 3, withOtherResults(block)), certificate(scene, block)]
    }),
  ),
  right('wrong-results', 'the same results', (scene) => {
    const block = blockOf(scene)
    return [precommitVote(scene, 3, block), committed(scene, block)]
  }),
  right('wrong-results', 'another block', (scene) => {
    const [a, b] = rivals(scene)
    return [precommitVote(scene, 3, withOtherResults(a)), committed(scene, b)]
  }),
  right('wrong-results', 'a skip', (scene) => [skipVote(scene, 3, 1), committed(scene, blockOf(scene))]),
  right('wrong-results', 'beside a skip certificate', (scene) => [
    precommitVote(scene, 3, blockOf(scene)),
    skipped(scene, 1, 0),
  ]),
  right('wrong-results', 'beside a certificate below the quorum', (scene) => {
    const block = blockOf(scene)
    return [precommitVote(scene, 3, withOtherResults(block)), committed(scene, block, { signers: [0, 1] })]
  }),
  right('wrong-results', 'a vote that is not signed for this chain', (scene) => {
    const block = blockOf(scene)
    const { body } = precommitVote(scene, 2, withOtherResults(block))
    return [scene.write(scene.validator(3).roles.precommitter, body), committed(scene, block)]
  }),
  wrong('wrong-state-root', 'validator/sealer', 'another state than the one sealed', (scene) => {
    const block = blockOf(scene)
    return [sealVote(scene, 3, { ...block, stateRoot: block.value.block }), sealed(scene, block)]
  }),
  right('wrong-state-root', 'the same state', (scene) => {
    const block = blockOf(scene)
    return [sealVote(scene, 3, block), sealed(scene, block)]
  }),
  right('wrong-state-root', 'beside a certificate that names none', (scene) => {
    const block = blockOf(scene)
    return [sealVote(scene, 3, { ...block, stateRoot: block.value.block }), committed(scene, block)]
  }),

  wrong('height-backwards', 'validator/committer', 'a vote for an earlier height', (scene) => {
    const first = blockOf(scene)
    return [commitVote(scene, 0, blockOf(scene, 1, first)), commitVote(scene, 0, first)]
  }),
  right('height-backwards', 'in the feeds of two roles', (scene) => {
    const first = blockOf(scene)
    return [commitVote(scene, 0, blockOf(scene, 1, first)), precommitVote(scene, 0, first)]
  }),

  wrong('timestamp-backwards', 'validator/transaction-validator', 'an earlier time', (scene) => {
    const first = scene.lane(0)
    const timestamp = first.timestamp - 1
    return [
      first,
      scene.sign(first.author, { sequence: 2, previous: first.key, timestamp, content: content(1) }),
    ]
  }),
  wrong('timestamp-backwards', 'validator/transaction-validator', 'the same time far apart', (scene) => {
    const first = scene.lane(0)
    const { timestamp } = first
    return [
      first,
      scene.sign(first.author, { sequence: 9, previous: NO_MESSAGE, timestamp, content: content(1) }),
    ]
  }),

  wrong('sequence-gap', 'validator/transaction-validator', 'a number left out', (scene) => {
    const first = scene.lane(0)
    return [first, scene.sign(first.author, { sequence: 3, previous: first.key, content: content(1) })]
  }),

  wrong('slot-gap', 'messagenode/empty-block-producer', 'a height left out', (scene) => {
    const [first] = slots(scene, 0, 1)
    return [at([first], 0) as FeedMessage, scene.write(producer(scene), slotBody(scene, 3))]
  }),
  right('slot-gap', 'one height after the other', (scene) => slots(scene, 0, 2)),

  wrong('wrong-empty-block', 'messagenode/empty-block-producer', 'another hash', (scene) => {
    const body = slotBody(scene, 1)
    return [scene.write(producer(scene), { ...body, hash: scene.network.networkId })]
  }),
  wrong('wrong-empty-block', 'messagenode/empty-block-producer', 'another predecessor', (scene) => {
    const body = slotBody(scene, 2)
    return [scene.write(producer(scene), { ...body, previous: scene.network.networkId })]
  }),
  wrong(
    'wrong-empty-block',
    'messagenode/empty-block-producer',
    'two neighbours that do not fit, far up',
    (scene) => {
      const far = 10_000_000_000
      const some = slotBody(scene, 1)
      return [
        scene.write(producer(scene), { ...some, height: far }),
        scene.write(producer(scene), { ...some, height: far + 1 }),
      ]
    },
  ),
  right('wrong-empty-block', 'E(h)', (scene) => [scene.write(producer(scene), slotBody(scene, 2))]),

  wrong('out-of-turn', 'messagenode/block-assembler', "another one's round", (scene) => [
    assembled(scene, blockOf(scene), { by: 0 }),
  ]),
  right('out-of-turn', 'the own round', (scene) => [assembled(scene, blockOf(scene))]),

  wrong('have-behind-seen', 'messagenode/block-assembler', 'less than what it quotes', (scene) => {
    const first = blockOf(scene)
    const quoted = assembled(scene, first)
    const seen = [{ messagenode: 1, sequence: quoted.sequence, key: quoted.key }]
    return [quoted, assembled(scene, blockOf(scene, 1, first), { seen, have: [0, 9, 9, 9] })]
  }),
  right('have-behind-seen', 'as much as what it quotes', (scene) => {
    const first = blockOf(scene)
    const quoted = assembled(scene, first)
    const seen = [{ messagenode: 1, sequence: quoted.sequence, key: quoted.key }]
    return [quoted, assembled(scene, blockOf(scene, 1, first), { seen })]
  }),
  right('have-behind-seen', 'less than what it does not quote', (scene) => {
    const first = blockOf(scene)
    const other = assembled(scene, first)
    return [other, assembled(scene, blockOf(scene, 1, first), { have: [0, 9, 9, 9] })]
  }),

  ...(
    [
      ['below the quorum', (scene, block) => committed(scene, block, { signers: [0, 1] })],
      ['unsorted signers', (scene, block) => committed(scene, block, { signers: [2, 1, 0] })],
      ['one signer twice', (scene, block) => committed(scene, block, { signers: [0, 1, 1] })],
      ['a stranger among the signers', (scene, block) => changed(scene, block, { signers: [0, 1, 9] })],
      ['another root', (scene, block) => changed(scene, block, { root: block.value.block })],
      ['signatures of another round', (scene, block) => changed(scene, block, { round: 1 })],
    ] as readonly (readonly [string, (scene: SignedScene, block: Block) => FeedMessage])[]
  ).map(([name, make]) =>
    wrong('bad-certificate', 'messagenode/commit-counter', name, (scene) => [make(scene, blockOf(scene))]),
  ),
  wrong('bad-certificate', 'messagenode/commit-counter', 'signatures of another stage', (scene) => {
    const block = blockOf(scene)
    const { body } = precommitted(scene, block)
    return [scene.write(scene.messagenode(0).roles['commit-counter'], { ...body, type: 'committed' })]
  }),
  right('bad-certificate', 'a good one', (scene) => [committed(scene, blockOf(scene))]),

  wrong('bad-vote', 'validator/committer', "another validator's signature", (scene) => {
    const { body } = commitVote(scene, 1, blockOf(scene))
    return [scene.write(scene.validator(0).roles.committer, body)]
  }),
  wrong('bad-vote', 'validator/committer', 'a signature of another round', (scene) => {
    const { body } = commitVote(scene, 1, blockOf(scene))
    return [scene.write(scene.validator(1).roles.committer, { ...body, round: 7 })]
  }),
  right('bad-vote', 'a good one', (scene) => [commitVote(scene, 0, blockOf(scene))]),

  wrong('junk', 'validator/transaction-validator', 'in a lane', (scene) => [
    scene.write(lane(scene), { type: 'junk', code: 'unknown-type' }),
  ]),
  right('junk', 'in a main feed', (scene) => [
    scene.write(scene.validator(0).id, { type: 'junk', code: 'unknown-type' }),
  ]),
  wrong('wrong-feed', 'validator/committer', 'a transaction beside commits', (scene) => [
    scene.write(scene.validator(0).roles.committer, transaction(1)),
  ]),
  right('wrong-feed', 'a transaction in a lane', (scene) => [scene.lane(0)]),
  ...PROPOSAL_CASES,
]

/** A certificate of a block with one field changed afterwards. */
const changed = (scene: SignedScene, block: Block, changes: object): FeedMessage => {
  const { body } = committed(scene, block, { by: 1 })
  return scene.write(scene.messagenode(0).roles['commit-counter'], { ...body, ...changes })
}
