import type { AssembledBody, FeedMessage, Hash, MessageOf } from '../../../../src/feeds/index.js'
import {
  type AnyCertificate,
  isAssembled,
  isCertificate,
  type Origin,
} from '../../../../src/protocol/index.js'
import type { CounterState } from '../counter-application.js'
import type { Plan, Planner } from './plans.js'

/** What there is to a height: blocks that might be, proposals and certificates, held by the core or not. */
export class Chronicle {
  readonly #plans = new Map<number, Plan[]>()
  readonly #proposals = new Map<number, MessageOf<AssembledBody>[]>()
  readonly #certificates = new Map<number, AnyCertificate[]>()
  readonly #decided = new Map<number, Hash>()

  constructor(private readonly genesis: Plan) {}

  note(message: FeedMessage): void {
    if (isAssembled(message)) put(this.#proposals, message.body.height, message)
    if (isCertificate(message)) put(this.#certificates, message.body.height, message)
  }

  keep(plan: Plan): void {
    if (!this.planOf(plan.height, plan.block)) put(this.#plans, plan.height, plan)
  }

  decided(height: number, block: Hash): void {
    this.#decided.set(height, block)
  }

  plansAt(height: number): readonly Plan[] {
    return this.#plans.get(height) ?? []
  }

  planOf(height: number, block: Hash): Plan | undefined {
    return this.plansAt(height).find((plan) => plan.block === block)
  }

  proposalsAt(height: number): readonly MessageOf<AssembledBody>[] {
    return this.#proposals.get(height) ?? []
  }

  certificatesAt(height: number): readonly AnyCertificate[] {
    return this.#certificates.get(height) ?? []
  }

  skipOf(height: number, round: number): AnyCertificate | undefined {
    return this.certificatesAt(height).find(({ body }) => body.skip && body.round === round)
  }

  precommitOf(height: number, round: number): AnyCertificate | undefined {
    return this.certificatesAt(height).find(
      ({ body }) => body.type === 'precommitted' && !body.skip && body.round === round,
    )
  }

  stageOf(height: number, type: 'committed' | 'sealed'): AnyCertificate | undefined {
    return this.certificatesAt(height).find(({ body }) => body.type === type)
  }

  /** The highest round that has a certificate; -1 without any. */
  highest(height: number): number {
    return Math.max(
      -1,
      ...this.certificatesAt(height).map(({ body }) => (body.type === 'precommitted' ? body.round : -1)),
    )
  }

  /** The block of a height that is decided, here or as it seems elsewhere. */
  trunkAt(height: number): Plan | undefined {
    if (height === 0) return this.genesis
    const block = this.#decided.get(height)
    if (block !== undefined) return this.planOf(height, block)
    const committed = this.stageOf(height, 'committed')?.body
    return committed && 'block' in committed ? this.planOf(height, committed.block) : undefined
  }

  /** Where a node may begin that holds this block, decided and sealed. */
  originAt(plan: Plan, planner: Planner): Origin<CounterState> | null {
    const certificate = this.certificatesAt(plan.height).find(
      ({ body }) => body.type === 'committed' && body.block === plan.block,
    )
    if (!certificate || certificate.body.skip) return null
    const { height, block, xRoot, cut, state } = plan
    const { key, author, sequence, previous, timestamp, size, body } = certificate
    return {
      height,
      value: { block, xRoot },
      certificate: { key, author, sequence, previous, timestamp, size, body },
      slot: planner.slotAt(height),
      cut,
      state,
    }
  }
}

const put = <Value>(map: Map<number, Value[]>, height: number, value: Value): void => {
  const values = map.get(height)
  if (values) values.push(value)
  else map.set(height, [value])
}
