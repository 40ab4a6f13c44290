import type { FeedId, MessageKey } from '../../feeds/index.js'
import type { EvidenceProof } from '../../protocol/index.js'
import type { FeedRole } from '../../roles/index.js'
import type { AuditCode } from './codes.js'

/**
 * - `proof`: the messages prove it to anyone who holds the network file, and a proof file says so.
 * - `evident`: the feeds show it, in numbers or by recomputing a block; whoever reads the same feeds sees the same.
 * - `not-attributable`: something is wrong, and nobody can say who is to blame.
 */
export type Grade = 'proof' | 'evident' | 'not-attributable'

/** A member, and the role in which it did what it did. */
export interface AuditCulprit {
  readonly owner: FeedId
  readonly name: string
  readonly role: FeedRole
}

/** Misbehaviour found in feeds (protocol section 8): one for each behaviour and culprit, told by its first instance. */
export interface AuditFinding {
  readonly code: AuditCode
  readonly grade: Grade
  /** Empty where the behaviour convicts nobody by itself. */
  readonly culprits: readonly AuditCulprit[]
  /** Keys of the messages that show it. */
  readonly messages: readonly MessageKey[]
  /** Height of the first instance; null where it is of none. */
  readonly height: number | null
  /** What the rules ask for: one sentence. */
  readonly expected: string
  /** Instances of it: one, unless it is evident in numbers. */
  readonly count: number
  readonly facts: Readonly<Record<string, unknown>>
  /** With grade `proof` and nothing else: what `verifyEvidence` accepts. */
  readonly proof: EvidenceProof | null
}

/** What names a finding: of two with one name, the better proved one is told, else the earlier. */
export const findingName = ({ code, culprits }: Pick<AuditFinding, 'code' | 'culprits'>): string =>
  [code, ...culprits.slice(0, 1).flatMap(({ owner, role }) => [owner, role])].join(' ')

/** The findings of one audit: equal inputs give equal lists, in whatever order they were found. */
export class Findings {
  readonly #byName = new Map<string, AuditFinding>()

  add(finding: AuditFinding): void {
    const name = nameHere(finding)
    const known = this.#byName.get(name)
    if (!known) this.#byName.set(name, finding)
    else {
      const first = isEarlier(finding, known) ? finding : known
      const count = first.grade === 'proof' ? 1 : known.count + finding.count
      this.#byName.set(name, { ...first, count })
    }
  }

  get size(): number {
    return this.#byName.size
  }

  /** By grade, then code, then culprit. */
  sorted(): readonly AuditFinding[] {
    return [...this.#byName.values()].sort((a, b) => {
      const [left, right] = [orderOf(a), orderOf(b)]
      return left < right ? -1 : left > right ? 1 : 0
    })
  }
}

/** What convicts nobody is told of each time. */
const nameHere = (finding: AuditFinding): string =>
  finding.culprits.length === 0
    ? `${findingName(finding)} ${JSON.stringify(finding.facts)}`
    : findingName(finding)

const GRADES: Readonly<Record<Grade, string>> = { proof: '0', evident: '1', 'not-attributable': '2' }

const orderOf = (finding: AuditFinding): string =>
  [GRADES[finding.grade], nameHere(finding), String(finding.height ?? 0).padStart(16, '0')].join(' ')

/** What is proved is told before what is evident only, then what came earlier. */
const isEarlier = (a: AuditFinding, b: AuditFinding): boolean => {
  if (a.grade !== b.grade) return GRADES[a.grade] < GRADES[b.grade]
  const [heightA, heightB] = [a.height ?? 0, b.height ?? 0]
  return heightA !== heightB ? heightA < heightB : a.messages.join() < b.messages.join()
}
