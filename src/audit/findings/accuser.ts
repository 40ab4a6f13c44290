import type { ClassicMessage, FeedMessage, MessageKey } from '../../feeds/index.js'
import {
  type Charge,
  chargesOfMessage,
  chargesOfPair,
  type Culprit,
  type EvidenceCode,
  type Finding,
  isEvidenceCode,
  type LaneGrounds,
  type Law,
  makeEvidence,
  type ProvedEvidence,
} from '../../protocol/index.js'
import { type AuditCode, EXPECTED } from './codes.js'
import { type AuditCulprit, type AuditFinding, type Findings, findingName, type Grade } from './finding.js'
import type { Library } from '../reading/library.js'

/** What is said of a member, before it is known whether messages prove it. */
export interface Accusation {
  readonly code: AuditCode
  readonly culprits: readonly Culprit[]
  readonly messages: readonly MessageKey[]
  readonly height: number | null
  readonly count?: number
  readonly facts: Readonly<Record<string, unknown>>
}

/** Puts findings on record, with a proof wherever the messages make one. */
export class Accuser {
  readonly #proved = new Set<string>()

  constructor(
    private readonly law: Law,
    private readonly library: Library,
    private readonly findings: Findings,
  ) {}

  /** What the watch found. */
  async found({ code, grade, culprits, messages, facts }: Finding): Promise<void> {
    if (grade === 'proof' && isEvidenceCode(code)) await this.#prove({ code, culprits, facts }, messages)
    else if (code === 'conflicting-decisions') {
      this.evident({ code, culprits, messages, height: heightIn(facts), facts })
    }
  }

  /** A proof that somebody else made, verified here. */
  proved({ proof, code, culprits, keys, facts }: ProvedEvidence): void {
    const height = heightIn(facts)
    if (code === 'feed-fork') for (const { owner, role } of culprits) this.#noteFork(owner, role)
    this.#add({ code, culprits, messages: keys, height, facts }, 'proof', proof)
  }

  /** Everything that one message proves, or two together; whether it was anything. */
  async weigh(...messages: readonly [FeedMessage] | readonly [FeedMessage, FeedMessage]): Promise<boolean> {
    const [a, b] = messages
    const charges = b ? chargesOfPair(this.law, a, b) : chargesOfMessage(this.law, a)
    for (const charge of charges) {
      await this.#prove(
        charge,
        messages.map(({ key }) => key),
      )
    }
    return charges.length > 0
  }

  /** What messages prove against the lanes that they speak of; whether it was anything. */
  weighByLanes(code: EvidenceCode, messages: readonly ClassicMessage[], lanes: LaneGrounds): boolean {
    const evidence = makeEvidence(this.law, code, messages, lanes)
    if (evidence.verdict !== 'accept') return false
    this.proved(evidence)
    return true
  }

  /** Something that numbers or a recomputed block show, and no pair of messages proves. */
  evident(accusation: Accusation, grade: Grade = 'evident'): void {
    this.#add(accusation, grade, null)
  }

  async #prove(charge: Charge, messages: readonly MessageKey[]): Promise<void> {
    const { code, culprits } = charge
    const name = findingName({ code, culprits: this.#named(culprits) })
    if (this.#proved.has(name)) return
    const values = await Promise.all(messages.map((key) => this.library.value(key)))
    const whole = values.filter((value) => value !== undefined)
    const evidence = makeEvidence(this.law, code, whole)
    if (evidence.verdict !== 'accept') return
    this.#proved.add(name)
    this.proved(evidence)
  }

  /** Others may hold a branch that is in no source. */
  #noteFork(owner: Culprit['owner'], role: Culprit['role']): void {
    const feed = this.law.registry.feedOf(owner, role)
    if (feed !== undefined) this.library.noteFork(feed)
  }

  #add(accusation: Accusation, grade: Grade, proof: AuditFinding['proof']): void {
    const { code, culprits, messages, height, count = 1, facts } = accusation
    const named = this.#named(culprits)
    const expected = EXPECTED[code]
    this.findings.add({ code, grade, culprits: named, messages, height, expected, count, facts, proof })
  }

  #named(culprits: readonly Culprit[]): readonly AuditCulprit[] {
    return culprits.map(({ owner, role }) => {
      const name = this.law.registry.memberOf(owner)?.name ?? owner
      return { owner, name, role }
    })
  }
}

const heightIn = (facts: Readonly<Record<string, unknown>>): number | null => {
  const { height } = facts
  return typeof height === 'number' ? height : null
}
