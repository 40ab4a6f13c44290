import { hashHex, sha256 } from '../feeds/index.js'
import { utf8 } from '../util/index.js'
import { corrupt } from './codes.js'
import type { EvidenceLine, MessageLine, ReplicaEntry } from './lines.js'
import { PositionSet } from './positions.js'

/** Order of messages in an archive: by feed, sequence and key, all as their text sorts byte by byte. */
export const compareMessages = (
  a: Pick<MessageLine, 'key' | 'value'>,
  b: Pick<MessageLine, 'key' | 'value'>,
): number =>
  compareText(a.value.author, b.value.author) ||
  a.value.sequence - b.value.sequence ||
  compareText(a.key, b.key) ||
  compareValues(a.value, b.value)

/** Ids, keys and names are ASCII, where the order of UTF-16 units is that of bytes. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** SSB's key covers one byte of each character only, so two messages may share theirs; it is rare enough to print them. */
const compareValues = (a: unknown, b: unknown): number =>
  Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b)))

/** Messages stand in order, none twice. */
export class MessageOrder {
  #last: MessageLine | null = null

  /** @throws CodedError `archive-corrupt` */
  take(line: MessageLine): void {
    if (this.#last !== null && compareMessages(this.#last, line) >= 0)
      throw corrupt('its messages are out of order')
    this.#last = line
  }
}

/** What the header promises of each replica is there: every position of its log once, every file of evidence. */
export class ReplicaTally {
  readonly #positions: readonly PositionSet[]
  readonly #files: number[]
  #lastFile = ''

  constructor(private readonly replicas: readonly ReplicaEntry[]) {
    this.#positions = replicas.map(() => new PositionSet())
    this.#files = replicas.map(() => 0)
  }

  /** @throws CodedError `archive-corrupt` */
  message({ received }: MessageLine): void {
    let last: readonly [number, number] = [-1, -1]
    for (const [replica, position] of received) {
      const isAfter = replica > last[0] || (replica === last[0] && position > last[1])
      if (!isAfter || position >= (this.replicas[replica]?.messages ?? 0))
        throw corrupt('a message was received nowhere')
      if (this.#positions[replica]?.add(position) !== true)
        throw corrupt('two messages have one place in a log')
      last = [replica, position]
    }
  }

  /** @throws CodedError `archive-corrupt` */
  evidence({ replica, name, text }: EvidenceLine): void {
    const place = `${String(replica).padStart(16, '0')} ${name}`
    if (place <= this.#lastFile || replica >= this.replicas.length)
      throw corrupt('its evidence is out of order')
    if (!name.startsWith(hashHex(sha256(utf8(text)))))
      throw corrupt('evidence stands under another hash than its own')
    this.#lastFile = place
    this.#files[replica] = (this.#files[replica] ?? 0) + 1
  }

  /** @throws CodedError `archive-corrupt` */
  finish(): void {
    for (const [index, { messages, evidence }] of this.replicas.entries()) {
      if (this.#positions[index]?.size !== messages || this.#files[index] !== evidence) {
        throw corrupt('a replica does not hold what the header says', { replica: index })
      }
    }
  }
}
