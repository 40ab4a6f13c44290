import { type Hash, hashBytes, hashHex, hashTagged, type LaneTip } from '../feeds/index.js'
import type { Network } from '../roles/index.js'
import { assert, ByteReader, CodedError, concat, u32 } from '../util/index.js'
import type { Application, Execution, ResultCode } from './application.js'
import {
  type ClosedLane,
  decodeRegistry,
  describeResult,
  encodeRegistry,
  genesisRegistry,
  isRegistryOperation,
  PROTOCOL_CODES_FROM,
  RegistryDraft,
  type RegistryState,
} from './registry/index.js'
import type { Context } from './step.js'

/** What the chain's state consists of: the application's, and the protocol's own. */
export interface ChainState<State> {
  readonly application: State
  readonly registry: RegistryState
}

/**
 * An application as the chain runs it: transactions that are registry operations are executed by the protocol, the
 * others by the application, so that lanes close under any application (docs/protocol.md, section 7).
 *
 * `execute` and `check` are for trying what is not in a block yet: they take an operation to stand in the lane that it
 * names, and know no cut. Blocks are run by `executeBlock`.
 */
export interface ChainApplication<State> extends Application<ChainState<State>> {
  executeBlock(state: ChainState<State>, block: BlockContent): Execution<ChainState<State>>
  roots(state: ChainState<State>): StateRoots
}

export interface BlockContent {
  readonly height: number
  /** In block order, each with the index of the lane it stands in. */
  readonly transactions: readonly { readonly lane: number; readonly bytes: Uint8Array }[]
  /** Where the block leaves every lane, by lane index. */
  readonly cut: readonly LaneTip[]
}

/** What a state root is made of. */
export interface StateRoots {
  readonly application: Hash
  readonly registry: Hash
}

/** `H("bf/state/v1" | application's root | registry's root)`: what a seal signs. */
export const stateRootOf = ({ application, registry }: StateRoots): Hash =>
  hashHex(hashTagged('bf/state/v1', hashBytes(application), hashBytes(registry)))

/** Lanes that the chain has closed for good, ascending by the bytes of their keys. */
export const closedLanes = ({ registry }: ChainState<unknown>): readonly ClosedLane[] => [
  ...registry.closed.values(),
]

export const chainApplication = <State>({
  application,
  verify,
}: Pick<Context<State>, 'application' | 'verify'>): ChainApplication<State> => {
  const run = (
    state: ChainState<State>,
    height: number,
    transactions: readonly { readonly lane: number | null; readonly bytes: Uint8Array }[],
    cut: readonly LaneTip[],
  ): Execution<ChainState<State>> => {
    const draft = new RegistryDraft(state.registry, height, verify)
    const isOwn = transactions.map(({ bytes }) => isRegistryOperation(bytes))
    const operations = transactions.filter((_, position) => isOwn[position])
    const others = transactions.filter((_, position) => !isOwn[position])
    const own = operations.map(({ bytes, lane }) => draft.execute(bytes, lane))
    const executed = application.execute(
      state.application,
      others.map(({ bytes }) => bytes),
      height,
    )
    assert(executed.codes.length === others.length, 'the application returns one code per transaction')
    assert(executed.codes.every(isApplicationCode), 'codes from 240 on are the protocol’s own')
    return {
      state: { application: executed.state, registry: draft.close(cut) },
      codes: merge(isOwn, own, executed.codes),
    }
  }
  const roots = (state: ChainState<State>): StateRoots => ({
    application: application.root(state.application),
    registry: state.registry.root,
  })
  return {
    name: application.name,
    genesis: (network) => ({
      application: application.genesis(network),
      registry: genesisRegistry(network),
    }),
    check: (state, bytes, height) =>
      isRegistryOperation(bytes)
        ? new RegistryDraft(state.registry, height, verify).execute(bytes, null)
        : application.check(state.application, bytes, height),
    execute: (state, transactions, height) =>
      run(
        state,
        height,
        transactions.map((bytes) => ({ bytes, lane: null })),
        [],
      ),
    executeBlock: (state, { height, transactions, cut }) => run(state, height, transactions, cut),
    submitter: (bytes) => (isRegistryOperation(bytes) ? null : (application.submitter?.(bytes) ?? null)),
    root: (state) => stateRootOf(roots(state)),
    roots,
    describe: describeResult((code) => application.describe(code)),
    snapshot: (state) => {
      const registry = encodeRegistry(state.registry)
      return concat(u32(registry.length), registry, application.snapshot(state.application))
    },
    restore: (network, snapshot) => restore(application, network, snapshot),
    query: (state, path) => application.query(state.application, path),
  }
}

const isApplicationCode = (code: ResultCode): boolean => code < PROTOCOL_CODES_FROM

/** Back into block order. */
const merge = (isOwn: readonly boolean[], own: readonly ResultCode[], others: Uint8Array): Uint8Array => {
  const queues = { own: own.values(), others: others.values() }
  return Uint8Array.from(isOwn, (isOwnHere) => (isOwnHere ? queues.own : queues.others).next().value ?? 0)
}

/** `u32 size | registry | the application's own snapshot`. @throws CodedError `malformed-registry`, the application's */
const restore = <State>(
  application: Application<State>,
  network: Network,
  snapshot: Uint8Array,
): ChainState<State> => {
  const reader = new ByteReader(snapshot)
  if (snapshot.length < 4) throw new CodedError('malformed-registry', 'the snapshot holds no registry')
  const size = reader.u32()
  if (size > reader.remaining) throw new CodedError('malformed-registry', 'the snapshot is cut short')
  const registry = decodeRegistry(network, reader.take(size))
  return { application: application.restore(network, reader.take(reader.remaining)), registry }
}
