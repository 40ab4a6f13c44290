import { createHash } from 'node:crypto'
import {
  blockId,
  type Body,
  certificateRoot,
  cutRoot,
  type Electorate,
  emptyBlock,
  type FeedId,
  type FeedMessage,
  type Hash,
  type LaneAdvance,
  type LaneTip,
  messageKeyOf,
  NO_MESSAGE,
  type Signature,
  type Stage,
  stageKey,
  transactionLeaf,
  txRoot,
  type Value,
  voteBytes,
  xRoot,
} from '../../../src/feeds/index.js'
import {
  type ChainApplication,
  chainApplication,
  type ChainState,
  type Context,
  type Draft,
  type Publish,
} from '../../../src/protocol/index.js'
import {
  type ChainParameters,
  electorateOf,
  lanesOf,
  type Messagenode,
  registryOf,
  type Role,
  type Validator,
} from '../../../src/roles/index.js'
import { assert, toBase64 } from '../../../src/util/index.js'
import {
  counterApplication,
  type CounterState,
  counterTransaction,
} from '../simulation/counter-application.js'
import { type Cast, castOf } from '../simulation/members.js'
import { hashedSignatures, type SignatureScheme } from '../simulation/signatures.js'

export interface SceneOptions {
  readonly validators?: number
  readonly messagenodes?: number
  readonly parameters?: Partial<ChainParameters>
  readonly scheme?: SignatureScheme
}

/** A block as whoever knows everything sees it: decided or not. */
export interface Block {
  readonly height: number
  readonly parent: Hash
  readonly slot: Hash
  readonly value: Value
  readonly cut: readonly LaneTip[]
  readonly advances: readonly LaneAdvance[]
  readonly facts: { readonly cutRoot: Hash; readonly txRoot: Hash; readonly txCount: number }
  readonly codes: Uint8Array
  readonly state: ChainState<CounterState>
  readonly stateRoot: Hash
}

/**
 * A network whose keys are all in one hand, for playing messages to one core: real bodies, real vote bytes, a cheap
 * hash in the place of ed25519. Feeds grow as they are written to. What the messages say is made in `says.ts`.
 */
export class Scene {
  readonly cast: Cast
  readonly application: ChainApplication<CounterState>
  readonly lanes: readonly FeedId[]
  readonly electorate: Electorate
  readonly genesis: Block
  readonly #tips = new Map<FeedId, FeedMessage>()
  #transactions = 0

  constructor(options: SceneOptions = {}) {
    const { validators = 4, messagenodes = 3, parameters = {}, scheme = hashedSignatures } = options
    this.cast = castOf({ validators, messagenodes, scheme, parameters })
    const { network } = this.cast
    this.application = chainApplication({ application: counterApplication, verify: scheme.verify })
    this.lanes = lanesOf(network.genesis)
    this.electorate = electorateOf(network, network.genesis)
    const cut = this.lanes.map(() => ({ sequence: 0, tip: NO_MESSAGE }))
    const state = this.application.genesis(network)
    this.genesis = {
      height: 0,
      parent: network.chainId,
      slot: emptyBlock(network.chainId, 0, null),
      value: { block: network.chainId, xRoot: xRoot(new Uint8Array(0)) },
      cut,
      advances: [],
      facts: { cutRoot: this.#rootOf(cut), txRoot: txRoot([]), txCount: 0 },
      codes: new Uint8Array(0),
      state,
      stateRoot: this.application.root(state),
    }
  }

  get network() {
    return this.cast.network
  }

  validator(index: number): Validator {
    return at(this.network.genesis.validators, index)
  }

  messagenode(index: number): Messagenode {
    return at(this.network.genesis.messagenodes, index)
  }

  /** What the core of this member is told once. */
  context({ id }: { readonly id: FeedId }): Context<CounterState> {
    const { network, cast } = this
    return { network, self: id, application: counterApplication, verify: cast.scheme.verify }
  }

  /** The next message of a feed. */
  write<B extends Body | { readonly type: 'junk'; readonly code: string }>(
    author: FeedId,
    body: B,
    size = 1000,
  ): FeedMessage & { readonly body: B } {
    const message = this.after(this.#tips.get(author), author, body, size)
    this.#tips.set(author, message)
    return message
  }

  /** A message on top of any other of the same feed; the feed itself does not grow by it. */
  after<B extends FeedMessage['body']>(
    before: FeedMessage | undefined,
    author: FeedId,
    body: B,
    size = 1000,
  ): FeedMessage & { readonly body: B } {
    const sequence = (before?.sequence ?? 0) + 1
    const previous = before?.key ?? null
    const text = JSON.stringify([author, sequence, previous, body, size])
    const key = messageKeyOf(new Uint8Array(createHash('sha256').update(text).digest()))
    return { key, author, sequence, previous, timestamp: sequence, size, body }
  }

  /** The next message of a lane, with this many new transactions; those marked to fail come last. */
  lane(index: number, { count = 1, failing = 0, size = 1000 } = {}): FeedMessage {
    const transactions = Array.from({ length: count }, (_, place) =>
      counterTransaction(this.#transactions++, place >= count - failing),
    )
    return this.write(at(this.lanes, index), { type: 'transaction', transactions }, size)
  }

  /** Last sequence of every lane. */
  have(): number[] {
    return this.lanes.map((lane) => this.#tips.get(lane)?.sequence ?? 0)
  }

  /** The block that these messages make on top of another. */
  block(parent: Block, ...content: readonly FeedMessage[]): Block {
    const { chainId, genesis: epoch } = this.network
    const height = parent.height + 1
    const ordered = this.lanes.flatMap((feed, lane) =>
      content.filter(({ author }) => author === feed).map((message) => ({ lane, message })),
    )
    const cut = [...parent.cut]
    for (const { lane, message } of ordered) cut[lane] = { sequence: message.sequence, tip: message.key }
    const placed = ordered.flatMap(({ lane, message: { sequence, body } }) =>
      (body.type === 'transaction' ? body.transactions : []).map((bytes, index) => ({
        lane,
        sequence,
        index,
        bytes,
      })),
    )
    const leaves = placed.map(({ lane, sequence, index, bytes }) =>
      transactionLeaf(lane, sequence, index, bytes),
    )
    const facts = { cutRoot: this.#rootOf(cut), txRoot: txRoot(leaves), txCount: placed.length }
    const slot = emptyBlock(chainId, height, parent.slot)
    const { block: parentId } = parent.value
    const block = blockId({ chainId, epoch: epoch.number, height, slot, parent: parentId, ...facts })
    const run = { height, transactions: placed, cut }
    const { state, codes } = this.application.executeBlock(parent.state, run)
    const advances = cut.flatMap((tip, lane) => (tip === parent.cut[lane] ? [] : [{ lane, ...tip }]))
    const value = { block, xRoot: xRoot(codes) }
    return {
      height,
      parent: parentId,
      slot,
      value,
      cut,
      advances,
      facts,
      codes,
      state,
      stateRoot: this.application.root(state),
    }
  }

  /** A vote's signature by the key of a validator's role. */
  signature(validator: number, role: Role, bytes: Uint8Array): Signature {
    const { id } = this.validator(validator)
    return toBase64(this.cast.keyOf(id, role).sign(bytes)) as Signature
  }

  voteBytes(stage: Stage, height: number, round: number, value?: Partial<Value> & { stateRoot?: Hash }) {
    const { chainId, genesis } = this.network
    return voteBytes({ chainId, epoch: genesis.number, stage, height, round, ...value })
  }

  /** The part of a certificate that proves it. */
  quorum(
    stage: Stage,
    bytes: Uint8Array,
    signers = Array.from({ length: this.electorate.quorum }, (_, i) => i),
  ) {
    const role = (
      { precommit: 'precommitter', skip: 'precommitter', commit: 'committer', seal: 'sealer' } as const
    )[stage]
    const signatures = signers.map((index) => this.signature(index, role, bytes))
    const entries = signers.map((index, place) => ({
      index,
      roleKey: stageKey(this.electorate, stage, index) ?? this.network.registrar,
      signature: at(signatures, place),
    }))
    return { signers, signatures, root: certificateRoot(stage, entries) }
  }

  /** What a core decided to say, signed and in its feed: so it comes back to its own core. */
  publish(self: FeedId, { role, draft, voteBytes: bytes }: Publish): FeedMessage {
    const feed = registryOf(this.network).feedOf(self, role)
    assert(feed !== undefined, 'a core publishes in the roles of its own kind')
    const signature = bytes && (toBase64(this.cast.keyOf(self, role).sign(bytes)) as Signature)
    return this.write(feed, bodyOf(draft, signature))
  }

  #rootOf(cut: readonly LaneTip[]): Hash {
    return cutRoot(this.lanes.map((feed, lane) => ({ feed, ...at(cut, lane) })))
  }
}

const bodyOf = (draft: Draft, signature: Signature | null): Body => {
  if (draft.type !== 'precommit' && draft.type !== 'commit' && draft.type !== 'seal') return draft
  assert(signature !== null, 'votes are signed')
  return { ...draft, signature }
}

export const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index]
  if (item === undefined) throw new RangeError(`there is no item ${index}`)
  return item
}
