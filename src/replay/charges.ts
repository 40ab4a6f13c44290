import type { ClassicMessage, FeedId, FeedMessage, MessageKey } from '../feeds/index.js'
import type { AuditCode, AuditFinding, Grade } from '../audit/index.js'
import type { Accusation } from '../audit/findings/accuser.js'
import type { Accusations } from '../audit/chain/accusations.js'
import {
  type Charge,
  chargesOfMessage,
  chargesOfPair,
  type Culprit,
  type EvidenceCode,
  type LaneGrounds,
  type Law,
  makeEvidence,
} from '../protocol/index.js'

/** What the rules did not allow, by the codes and grades of an audit. */
export interface LifeCharge {
  readonly code: AuditCode
  readonly grade: Grade
  readonly culprits: readonly (Culprit & { readonly name: string })[]
  readonly messages: readonly MessageKey[]
  readonly facts: Readonly<Record<string, unknown>>
}

/** Messages of one height that are held against one another at most: more are a flood, and the audit says so. */
const PAIRED = 512

/** Takes what an audit says of one height; of the heights before, nothing is kept. */
export class HeightCharges implements Accusations {
  isListening = false
  readonly #charges = new Map<string, LifeCharge>()

  constructor(private readonly law: Law) {}

  get all(): readonly LifeCharge[] {
    return [...this.#charges.values()]
  }

  weigh(...messages: readonly [FeedMessage] | readonly [FeedMessage, FeedMessage]): Promise<boolean> {
    if (!this.isListening) return Promise.resolve(false)
    const [a, b] = messages
    const charges = b ? chargesOfPair(this.law, a, b) : chargesOfMessage(this.law, a)
    for (const charge of charges) this.#prove(charge, messages)
    return Promise.resolve(charges.length > 0)
  }

  weighByLanes(code: EvidenceCode, messages: readonly ClassicMessage[], lanes: LaneGrounds): boolean {
    if (!this.isListening) return false
    const evidence = makeEvidence(this.law, code, messages, lanes)
    if (evidence.verdict !== 'accept') return false
    const { culprits, keys, facts } = evidence
    this.#add({ code, grade: 'proof', culprits: this.#named(culprits), messages: keys, facts })
    return true
  }

  evident({ code, culprits, messages, facts }: Accusation, grade: Grade = 'evident'): void {
    if (this.isListening) this.#add({ code, grade, culprits: this.#named(culprits), messages, facts })
  }

  /** Something that is evident of the owner of a feed. */
  evidentOf(
    code: AuditCode,
    feed: FeedId,
    messages: readonly MessageKey[],
    facts: LifeCharge['facts'],
  ): void {
    const place = this.law.registry.placeOf(feed)
    const culprits = place ? [{ owner: place.member.id, role: place.role }] : []
    this.evident({ code, culprits, messages, height: null, facts })
  }

  /** Everything that these messages prove, alone and in pairs. */
  weighAll(messages: readonly FeedMessage[]): void {
    const paired = messages.slice(0, PAIRED)
    for (const message of messages) {
      for (const charge of chargesOfMessage(this.law, message)) this.#prove(charge, [message])
    }
    for (const [index, message] of paired.entries()) {
      for (const other of paired.slice(index + 1)) {
        for (const charge of chargesOfPair(this.law, message, other)) this.#prove(charge, [message, other])
      }
    }
  }

  /** What the first pass found in these messages, unless it is known. */
  found({ code, grade, culprits, messages, facts }: AuditFinding): void {
    const isKnown = this.all.some(
      (charge) => charge.code === code && charge.culprits[0]?.owner === culprits[0]?.owner,
    )
    if (!isKnown) this.#add({ code, grade, culprits, messages, facts })
  }

  /** What this message's author did wrong with it. */
  against({ key, author }: FeedMessage): readonly LifeCharge[] {
    const place = this.law.registry.placeOf(author)
    return this.all.filter(
      ({ messages, culprits }) =>
        messages.includes(key) &&
        culprits.some(({ owner, role }) => owner === place?.member.id && role === place.role),
    )
  }

  #prove({ code, culprits, facts }: Charge, messages: readonly FeedMessage[]): void {
    const keys = messages.map(({ key }) => key)
    this.#add({ code, grade: 'proof', culprits: this.#named(culprits), messages: keys, facts })
  }

  #add(charge: LifeCharge): void {
    const name = [charge.code, ...[...charge.messages].sort()].join(' ')
    if (!this.#charges.has(name)) this.#charges.set(name, charge)
  }

  #named(culprits: readonly Culprit[]): LifeCharge['culprits'] {
    const { registry } = this.law
    return culprits.map((culprit) => ({
      ...culprit,
      name: registry.memberOf(culprit.owner)?.name ?? culprit.owner,
    }))
  }
}
