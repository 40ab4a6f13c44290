import {
  type ArchiveContents,
  archiveBytes,
  type ReplicaSource,
  type Written,
} from '../../../src/archive/index.js'
import { hashHex, sha256 } from '../../../src/feeds/index.js'
import { utf8 } from '../../../src/util/index.js'
import type { StoredMessage } from '../../../plugins/exchange/index.js'
import { testNetwork, type TestNetwork } from '../network.js'
import { signedChain } from '../signed-feed.js'

/** Archives of small networks, whose logs stand in memory. */

export const replicaOf = (
  { members }: Pick<TestNetwork, 'members'>,
  name: string,
  log: readonly StoredMessage[],
  evidence: readonly string[] = [],
): ReplicaSource => ({
  member: ownerOf({ members }, name).id,
  name,
  evidence: evidence.map((text) => ({ name: `${hashHex(sha256(utf8(text)))}.proof.json`, text })),
  async *scan() {
    for (const { value } of log) yield value
  },
  read(position) {
    const message = log[position]
    if (!message) throw new Error(`the log has no message ${position}`)
    return { ...message, receivedAt: 1_700_000_100_000 + 10 * position }
  },
})

const ownerOf = ({ members }: Pick<TestNetwork, 'members'>, name: string) => {
  const member = members.find((each) => each.name === name)
  if (!member) throw new Error(`there is no ${name}`)
  return member.owner
}

/** Two validators and a Messagenode; what the archives of these tests are made of. */
export const small = testNetwork({ validators: 2, messagenodes: 1 })

const chainOf = (name: string, count: number) => signedChain(ownerOf(small, name), count)
const first = chainOf('validator-1', 6)
const second = chainOf('validator-2', 4)
const third = chainOf('messagenode-1', 5)
/** What validator-1 signed instead of its messages 4 to 6. */
export const branch = signedChain(ownerOf(small, 'validator-1'), 3, { base: first[2], label: 'other' })

/** One replica per node: one that holds both branches of a fork, and one with a gap. */
export const smallReplicas = (): readonly ReplicaSource[] => [
  replicaOf(small, 'validator-2', [...second, ...first, ...third, ...branch]),
  replicaOf(
    small,
    'messagenode-1',
    [...third, ...first.slice(0, 3), ...branch, ...second.slice(2)],
    ['{"proof":1}'],
  ),
]

export const contentsOf = (replicas: readonly ReplicaSource[], network = small): ArchiveContents => ({
  network: network.network,
  networkText: `${JSON.stringify(network.file, null, 2)}\n`,
  replicas,
})

export const bytesOf = async (contents: ArchiveContents): Promise<{ bytes: Buffer; written: Written }> => {
  const parts: Buffer[] = []
  const writing = archiveBytes(contents)
  for (;;) {
    const { done, value } = await writing.next()
    if (done) return { bytes: Buffer.concat(parts), written: value }
    parts.push(value)
  }
}

export const smallArchive = () => bytesOf(contentsOf(smallReplicas()))

export async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
