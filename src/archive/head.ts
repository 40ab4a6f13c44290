import { type Network, parseNetworkFile } from '../roles/index.js'
import { isCoded } from '../util/index.js'
import { archiveError, corrupt } from './codes.js'
import { NETWORK_PART_SIZE, NETWORK_TEXT_LIMIT } from './limits.js'
import type { HeaderLine, NetworkLine, ReplicaEntry } from './lines.js'

/** What an archive says of itself: its network, and whose logs it holds. */
export interface Head {
  readonly network: Network
  /** The signed network file, to the byte. */
  readonly networkText: string
  readonly replicas: readonly ReplicaEntry[]
}

/** The first lines of an archive. @throws CodedError `archive-too-large` */
export const headLines = ({
  network,
  networkText,
  replicas,
}: Head): readonly (HeaderLine | NetworkLine)[] => {
  if (networkText.length > NETWORK_TEXT_LIMIT) {
    throw archiveError('archive-too-large', 'the network file is larger than an archive takes')
  }
  const { networkId, chainId } = network
  const header = { type: 'header', format: 'blockfin-archive', version: 1, networkId, chainId } as const
  return [{ ...header, replicas: [...replicas] }, ...networkLines(networkText)]
}

const networkLines = (text: string): readonly NetworkLine[] => {
  const lines: NetworkLine[] = []
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + NETWORK_PART_SIZE, text.length)
    // Half of a surrogate pair is no UTF-8.
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--
    lines.push({ type: 'network', text: text.slice(start, end) })
    start = end
  }
  return lines
}

/** Reads {@link headLines} back. */
export class HeadReader {
  #header: HeaderLine | null = null
  #parts: string[] = []
  #size = 0

  /** @throws CodedError `archive-corrupt`, `archive-too-large` */
  take(line: HeaderLine | NetworkLine): void {
    if ((line.type === 'header') !== (this.#header === null))
      throw corrupt('its header is not its first line')
    if (line.type === 'header') {
      this.#header = line
      return
    }
    this.#size += line.text.length
    if (this.#size > NETWORK_TEXT_LIMIT)
      throw archiveError('archive-too-large', 'its network file is too long')
    this.#parts.push(line.text)
  }

  /** @throws CodedError `archive-corrupt`, `archive-foreign` */
  finish(): Head {
    if (this.#header === null) throw corrupt('it has no header')
    const networkText = this.#parts.join('')
    const network = networkIn(networkText)
    const { networkId, chainId, replicas } = this.#header
    if (network.networkId !== networkId || network.chainId !== chainId) {
      throw archiveError('archive-foreign', 'the header names another network than that of the network file')
    }
    const head = { network, networkText, replicas }
    checkReplicas(head)
    if (networkLines(networkText).some(({ text }, place) => text !== this.#parts[place])) {
      throw corrupt('its network file is cut in other places')
    }
    return head
  }
}

const networkIn = (text: string): Network => {
  try {
    return parseNetworkFile(JSON.parse(text))
  } catch (cause) {
    if (!isCoded(cause) && !(cause instanceof SyntaxError)) throw cause
    const data = isCoded(cause) ? { code: cause.code } : {}
    throw archiveError('archive-corrupt', 'the network file in the archive does not hold', data, cause)
  }
}

/** @throws CodedError `archive-foreign`, `archive-corrupt` */
export const checkReplicas = ({ network, replicas }: Pick<Head, 'network' | 'replicas'>): void => {
  for (const [index, { name, member }] of replicas.entries()) {
    if (network.members.find(({ id }) => id === member)?.name !== name) {
      throw archiveError('archive-foreign', 'a replica is of no member of the network', { replica: index })
    }
    if (index > 0 && (replicas[index - 1]?.name ?? '') >= name) throw corrupt('its replicas are out of order')
  }
}
