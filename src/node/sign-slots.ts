import type { Body } from '../feeds/index.js'
import type { Draft } from '../protocol/index.js'

/**
 * What this node may say only once (protocol sections 4 and 5), as pure memory: no clock, no disk, no keys. A height
 * belongs to one epoch, so the epoch stands in the bytes of a vote and not in its slot: two epochs at one height are
 * refused like any other two values.
 */
export interface Slot {
  readonly kind: SlotKind
  readonly height: number
  /** 0 for what is said once a height: a seal, an empty block, a sealed certificate. */
  readonly round: number
}

/** `lock` is the commit or the skip of a round: they exclude each other, which is the protocol's only lock. */
export type SlotKind =
  'precommit' | 'lock' | 'seal' | 'block' | 'assembled' | 'precommitted' | 'skipped' | 'committed' | 'sealed'

/** The slot that a message takes; null if any number of its kind may be said. */
export const slotOf = (body: Body | Draft): Slot | null => {
  switch (body.type) {
    case 'precommit':
      return { kind: body.skip ? 'lock' : 'precommit', height: body.height, round: body.round }
    case 'commit':
      return { kind: 'lock', height: body.height, round: body.round }
    case 'precommitted':
      return { kind: body.skip ? 'skipped' : body.type, height: body.height, round: body.round }
    case 'assembled':
    case 'committed':
      return { kind: body.type, height: body.height, round: body.round }
    case 'seal':
    case 'sealed':
    case 'block':
      return { kind: body.type, height: body.height, round: 0 }
    case 'identity':
    case 'transaction':
    case 'contact':
    case 'evidence':
      return null
  }
}

/** `below`: so far back that what was said there is forgotten, so that nothing may be said there any more. */
export type Claim<Said> =
  | { readonly claim: 'free' | 'below' }
  | { readonly claim: 'same' | 'other'; readonly said: Said; readonly bytes: Uint8Array }

interface Taken<Said> {
  readonly slot: Slot
  readonly bytes: Uint8Array
  said: Said
}

/** Far more rounds and heights than are ever open at once (protocol section 5: a window of ten heights). */
const REMEMBERED_SLOTS = 256

/** What was said in each slot: the newest of each kind; what is older is refused unseen, so that memory is bounded. */
export class SlotBook<Said> {
  readonly #kinds = new Map<SlotKind, Map<string, Taken<Said>>>()
  /** Of each kind, the highest slot that was forgotten. */
  readonly #floors = new Map<SlotKind, Slot>()

  constructor(private readonly limit: number = REMEMBERED_SLOTS) {}

  claim(slot: Slot, bytes: Uint8Array): Claim<Said> {
    const taken = this.#kinds.get(slot.kind)?.get(nameOf(slot))
    if (taken) {
      const claim = Buffer.compare(taken.bytes, bytes) === 0 ? 'same' : 'other'
      return { claim, said: taken.said, bytes: taken.bytes }
    }
    const floor = this.#floors.get(slot.kind)
    return { claim: floor !== undefined && !isAbove(slot, floor) ? 'below' : 'free' }
  }

  /** Takes the slot for good, or changes what is known to have been said in it. */
  take(slot: Slot, bytes: Uint8Array, said: Said): void {
    const kind = this.#kinds.get(slot.kind) ?? new Map<string, Taken<Said>>()
    this.#kinds.set(slot.kind, kind.set(nameOf(slot), { slot, bytes, said }))
    const [[name, oldest] = []] = kind
    if (kind.size <= this.limit || name === undefined || oldest === undefined) return
    kind.delete(name)
    const floor = this.#floors.get(slot.kind)
    if (floor === undefined || isAbove(oldest.slot, floor)) this.#floors.set(slot.kind, oldest.slot)
  }
}

const nameOf = ({ height, round }: Slot): string => `${height}/${round}`

const isAbove = (a: Slot, b: Slot): boolean =>
  a.height > b.height || (a.height === b.height && a.round > b.round)
