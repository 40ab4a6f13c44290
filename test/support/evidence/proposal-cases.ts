import { type FeedMessage, NO_MESSAGE } from '../../../src/feeds/index.js'
import type { Block, Scene } from '../protocol/scene.js'
import {
  assembled,
  commitVote,
  committed,
  precommitted,
  precommitVote,
  type Proposal,
  sealVote,
  skipped,
  skipVote,
} from '../protocol/says.js'
import type { EvidenceCase } from './cases.js'
import type { SignedScene } from './signed-scene.js'

/** Proposals that contradict themselves or a quorum, and votes that do not follow from what they link. */

const ASSEMBLER = 'messagenode/block-assembler'

const first = (scene: Scene): Block => scene.block(scene.genesis, scene.lane(0))
const after = (scene: Scene, parent: Block, lane: number): Block => scene.block(parent, scene.lane(lane))

const flawed = (name: string, make: (scene: SignedScene, block: Block) => FeedMessage): EvidenceCase => ({
  code: 'invalid-proposal',
  name,
  guilty: [ASSEMBLER],
  messages: (scene) => [make(scene, first(scene))],
})

const sound = (name: string, messages: EvidenceCase['messages']): EvidenceCase => ({
  code: 'invalid-proposal',
  name,
  guilty: null,
  messages,
})

/** Round 1 of height 1 for the second Messagenode after the first assembler. */
const justified = { skipped: NO_MESSAGE, precommitted: null }

/** A vote behind the message that it links, which the watch does not look at together. */
const link = (
  code: 'unfounded-vote' | 'voted-for-invalid',
  role: string | null,
  name: string,
  messages: (scene: SignedScene, block: Block) => readonly FeedMessage[],
): EvidenceCase => ({
  code,
  name,
  guilty: role === null ? null : [`validator/${role}`],
  messages: (scene) => messages(scene, first(scene)),
  watched: false,
})

const emptyHanded = (scene: Scene, block: Block): Proposal => assembled(scene, block, { have: [0, 0, 0, 0] })

export const PROPOSAL_CASES: readonly EvidenceCase[] = [
  flawed('another id than the hash of what it says', (scene, block) =>
    assembled(scene, block, { block: scene.network.networkId }),
  ),
  flawed('another parent than its id commits to', (scene, block) =>
    assembled(scene, block, { parent: scene.network.networkId }),
  ),
  flawed('a base that is not below its round', (scene, block) =>
    assembled(scene, block, { base: 0, justify: { skipped: null, precommitted: NO_MESSAGE } }),
  ),
  flawed('a cut beyond what it says to hold', emptyHanded),
  flawed('a `have` that leaves lanes out', (scene, block) => assembled(scene, block, { have: [1] })),
  flawed('a round entered without a link', (scene, block) => assembled(scene, block, { round: 1 })),
  flawed('a base without a link', (scene, block) => assembled(scene, block, { round: 1, base: 0 })),
  flawed('a certificate of the parent on top of genesis', (scene, block) =>
    assembled(scene, block, { parentCertificate: NO_MESSAGE }),
  ),
  flawed('a Messagenode that there is not', (scene, block) =>
    assembled(scene, block, { seen: [{ messagenode: 9, sequence: 1, key: NO_MESSAGE }] }),
  ),
  {
    ...sound('another parent than the one decided', (scene) => {
      const [decided, other] = [first(scene), after(scene, scene.genesis, 1)]
      return [committed(scene, decided), assembled(scene, after(scene, other, 2))]
    }),
    guilty: [ASSEMBLER],
    watched: false,
  },
  {
    ...sound('another block than that of its base', (scene) => {
      const [base, other] = [first(scene), after(scene, scene.genesis, 1)]
      const justify = { skipped: null, precommitted: NO_MESSAGE }
      return [precommitted(scene, base), assembled(scene, other, { round: 1, base: 0, justify })]
    }),
    guilty: [ASSEMBLER],
    watched: false,
  },
  sound('a free choice', (scene) => [assembled(scene, first(scene))]),
  sound('a later round with its link', (scene) => [
    assembled(scene, first(scene), { round: 1, justify: justified }),
  ]),
  sound('the parent that was decided', (scene) => {
    const decided = first(scene)
    return [committed(scene, decided), assembled(scene, after(scene, decided, 1))]
  }),
  sound('another block than one precommitted in another round', (scene) => {
    const other = precommitted(scene, first(scene), { round: 1 })
    const proposal = { round: 2, justify: { skipped: NO_MESSAGE, precommitted: null } }
    return [other, assembled(scene, after(scene, scene.genesis, 1), proposal)]
  }),

  link('voted-for-invalid', 'precommitter', 'a proposal that contradicts itself', (scene, block) => {
    const proposal = emptyHanded(scene, block)
    return [proposal, precommitVote(scene, 0, block, { links: proposal.key })]
  }),
  link('voted-for-invalid', 'precommitter', 'a proposal out of turn', (scene, block) => {
    const proposal = assembled(scene, block, { by: 0 })
    return [proposal, precommitVote(scene, 0, block, { links: proposal.key })]
  }),
  link('voted-for-invalid', null, 'a sound proposal', (scene, block) => {
    const proposal = assembled(scene, block)
    return [proposal, precommitVote(scene, 0, block, { links: proposal.key })]
  }),
  link('voted-for-invalid', null, 'a proposal that it does not link', (scene, block) => [
    emptyHanded(scene, block),
    precommitVote(scene, 0, block),
  ]),
  link('unfounded-vote', 'precommitter', 'a precommit that links another round', (scene, block) => {
    const proposal = assembled(scene, block)
    return [proposal, precommitVote(scene, 0, block, { links: proposal.key, round: 1, entry: NO_MESSAGE })]
  }),
  link('unfounded-vote', 'precommitter', 'a skip that was entered by a decision', (scene, block) => {
    const entry = committed(scene, block)
    return [entry, skipVote(scene, 0, 1, { round: 1, entry: entry.key })]
  }),
  link(
    'unfounded-vote',
    'committer',
    'a commit that links a certificate of another round',
    (scene, block) => {
      const links = precommitted(scene, block, { round: 1 })
      return [links, commitVote(scene, 0, block, { links: links.key })]
    },
  ),
  link(
    'unfounded-vote',
    'committer',
    'a commit that links a certificate below the quorum',
    (scene, block) => {
      const links = precommitted(scene, block, { signers: [0, 1] })
      return [links, commitVote(scene, 0, block, { links: links.key })]
    },
  ),
  link('unfounded-vote', 'sealer', 'a seal before the decision', (scene, block) => {
    const links = precommitted(scene, block)
    return [links, sealVote(scene, 0, block, { links: links.key })]
  }),
  link('unfounded-vote', null, 'a commit of what was precommitted', (scene, block) => {
    const links = precommitted(scene, block)
    return [links, commitVote(scene, 0, block, { links: links.key })]
  }),
  link('unfounded-vote', null, 'a seal of what was decided, in whatever round', (scene, block) => {
    const links = committed(scene, block, { round: 2 })
    return [links, sealVote(scene, 0, block, { links: links.key })]
  }),
  link('unfounded-vote', null, 'a round entered by a skip certificate', (scene) => {
    const entry = skipped(scene, 1, 0)
    return [entry, skipVote(scene, 0, 1, { round: 1, entry: entry.key })]
  }),
  link('unfounded-vote', null, 'a round entered by its own certificate', (scene, block) => {
    const entry = precommitted(scene, block, { round: 1 })
    return [entry, skipVote(scene, 0, 1, { round: 1, entry: entry.key })]
  }),
]
