import type {
  AssembledBody,
  BlockBody,
  CertificateBody,
  CommitBody,
  MessageKey,
  MessageOf,
  PrecommitBody,
  SealBody,
  SkipBody,
  SkipCertificateBody,
} from '../../../src/feeds/index.js'
import { emptyBlock } from '../../../src/feeds/index.js'
import { at, type Block, type Scene } from './scene.js'
import { strangeKey } from './strange.js'

/** What the members of a scene say: each function writes one message of protocol section 4 and returns it. */

export type Proposal = MessageOf<AssembledBody>
export type Certificate = MessageOf<CertificateBody>
export type SkipCertificate = MessageOf<SkipCertificateBody>

interface ProposalOptions extends Partial<AssembledBody> {
  /** Index of the Messagenode; the assembler of the round unless given. */
  readonly by?: number
}

export const assembled = (
  scene: Scene,
  block: Block,
  { by, ...overrides }: ProposalOptions = {},
): Proposal => {
  const round = overrides.round ?? 0
  const { messagenodes } = scene.network.genesis
  const { roles } = scene.messagenode(by ?? (block.height + round) % messagenodes.length)
  return scene.write(roles['block-assembler'], {
    type: 'assembled',
    height: block.height,
    round,
    slot: strangeKey(`slot ${block.height}`),
    block: block.value.block,
    parent: block.parent,
    parentCertificate: block.height === 1 ? null : strangeKey(`certificate ${block.height - 1}`),
    cut: block.advances,
    ...block.facts,
    have: scene.have(),
    seen: [],
    base: -1,
    justify: { skipped: null, precommitted: null },
    ...overrides,
  })
}

interface CertificateOptions {
  readonly round?: number
  /** Index of the Messagenode that publishes it. */
  readonly by?: number
  /** The proposal that it links. */
  readonly links?: MessageKey
  readonly signers?: number[]
}

/** PC(h,r,x). */
export const precommitted = (scene: Scene, block: Block, options: CertificateOptions = {}): Certificate => {
  const { round = 0, by = 0, links = strangeKey(`assembled ${block.height}`), signers } = options
  const bytes = scene.voteBytes('precommit', block.height, round, block.value)
  return scene.write(scene.messagenode(by).roles['precommit-counter'], {
    type: 'precommitted',
    skip: false,
    height: block.height,
    round,
    assembled: links,
    ...block.value,
    stateRoot: null,
    ...scene.quorum('precommit', bytes, signers),
  })
}

/** CC(h,r,x). */
export const committed = (scene: Scene, block: Block, options: CertificateOptions = {}): Certificate => {
  const { round = 0, by = 0, links = strangeKey(`assembled ${block.height}`), signers } = options
  const bytes = scene.voteBytes('commit', block.height, round, block.value)
  return scene.write(scene.messagenode(by).roles['commit-counter'], {
    type: 'committed',
    skip: false,
    height: block.height,
    round,
    assembled: links,
    ...block.value,
    stateRoot: null,
    ...scene.quorum('commit', bytes, signers),
  })
}

/** SC(h). */
export const sealed = (scene: Scene, block: Block, options: CertificateOptions = {}): Certificate => {
  const { by = 0, links = strangeKey(`assembled ${block.height}`), signers } = options
  const { value, stateRoot, height } = block
  const bytes = scene.voteBytes('seal', height, 0, { ...value, stateRoot })
  return scene.write(scene.messagenode(by).roles['seal-counter'], {
    type: 'sealed',
    skip: false,
    height,
    round: 0,
    assembled: links,
    ...value,
    stateRoot,
    ...scene.quorum('seal', bytes, signers),
  })
}

/** NC(h,r). */
export const skipped = (
  scene: Scene,
  height: number,
  round: number,
  {
    by = 0,
    previous = null,
    signers,
  }: { readonly by?: number; readonly previous?: MessageKey | null; readonly signers?: number[] } = {},
): SkipCertificate =>
  scene.write(scene.messagenode(by).roles['precommit-counter'], {
    type: 'precommitted',
    skip: true,
    height,
    round,
    previous,
    ...scene.quorum('skip', scene.voteBytes('skip', height, round), signers),
  })

export const precommitVote = (
  scene: Scene,
  validator: number,
  block: Block,
  { round = 0, links = strangeKey(`assembled ${block.height}`), entry = null as MessageKey | null } = {},
): MessageOf<PrecommitBody> => {
  const bytes = scene.voteBytes('precommit', block.height, round, block.value)
  return scene.write(scene.validator(validator).roles.precommitter, {
    type: 'precommit',
    skip: false,
    height: block.height,
    round,
    assembled: links,
    ...block.value,
    exceptions: { count: 0, positions: [] },
    entry,
    signature: scene.signature(validator, 'precommitter', bytes),
  })
}

export const skipVote = (
  scene: Scene,
  validator: number,
  height: number,
  { round = 0, entry = null as MessageKey | null } = {},
): MessageOf<SkipBody> =>
  scene.write(scene.validator(validator).roles.precommitter, {
    type: 'precommit',
    skip: true,
    height,
    round,
    entry,
    signature: scene.signature(validator, 'precommitter', scene.voteBytes('skip', height, round)),
  })

export const commitVote = (
  scene: Scene,
  validator: number,
  block: Block,
  { round = 0, links = strangeKey(`precommitted ${block.height}`) } = {},
): MessageOf<CommitBody> => {
  const bytes = scene.voteBytes('commit', block.height, round, block.value)
  return scene.write(scene.validator(validator).roles.committer, {
    type: 'commit',
    height: block.height,
    round,
    precommitted: links,
    ...block.value,
    signature: scene.signature(validator, 'committer', bytes),
  })
}

export const sealVote = (
  scene: Scene,
  validator: number,
  { height, value, stateRoot }: Block,
  { links = strangeKey(`committed ${height}`) } = {},
): MessageOf<SealBody> => {
  const bytes = scene.voteBytes('seal', height, 0, { ...value, stateRoot })
  return scene.write(scene.validator(validator).roles.sealer, {
    type: 'seal',
    height,
    committed: links,
    ...value,
    stateRoot,
    signature: scene.signature(validator, 'sealer', bytes),
  })
}

/** The empty blocks of a Messagenode, from height 1 on. */
export const slots = (scene: Scene, messagenode: number, count: number): MessageOf<BlockBody>[] => {
  const { chainId } = scene.network
  const hashes = [emptyBlock(chainId, 0, null)]
  return Array.from({ length: count }, (_, index) => {
    const [height, previous] = [index + 1, at(hashes, index)]
    const hash = emptyBlock(chainId, height, previous)
    hashes.push(hash)
    const feed = scene.messagenode(messagenode).roles['empty-block-producer']
    return scene.write(feed, { type: 'block', height, previous, hash })
  })
}
