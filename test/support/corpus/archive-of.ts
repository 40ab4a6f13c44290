import { writeFile } from 'node:fs/promises'

import { type AuditReport, audit } from '../../../src/audit/index.js'
import { archiveBytes, type ReplicaSource } from '../../../src/archive/index.js'
import { openSources } from '../../../src/cli/audit/sources.js'
import { rememberingVerify } from '../../../src/node/verify.js'
import { counterApplication } from '../simulation/counter-application.js'
import type { SimulatedNode } from '../simulation/node.js'
import { CLOCK_START, originalOf } from '../simulation/substrate/wire.js'
import type { World } from '../simulation/world.js'
import type { SignedCast } from './signed-cast.js'

/** What a node's data directory would give to `blockfin export`. Times of arrival only keep the order. */
const replicaOf = ({ member, store }: SimulatedNode): ReplicaSource => ({
  member: member.id,
  name: member.name,
  evidence: [],
  async *scan() {
    for (const { author, sequence } of store.log) yield await Promise.resolve({ author, sequence })
  },
  read: (position) => {
    const message = store.log[position]
    if (!message) throw new RangeError(`the log has no message ${position}`)
    return { key: message.key, value: originalOf(message), receivedAt: CLOCK_START + position }
  },
})

/** Writes what these nodes hold as an archive, and tells its size. */
export const writeArchive = async (
  path: string,
  { network, networkText }: SignedCast,
  nodes: readonly SimulatedNode[],
): Promise<number> => {
  const parts: Buffer[] = []
  for await (const part of archiveBytes({ network, networkText, replicas: nodes.map(replicaOf) }))
    parts.push(part)
  const bytes = Buffer.concat(parts)
  await writeFile(path, bytes)
  return bytes.length
}

const verify = rememberingVerify()

/** What `blockfin audit FILE` says, but for the application: simulated networks count. */
export const auditFile = async (path: string): Promise<AuditReport> => {
  const opened = await openSources([path], undefined)
  try {
    const { network, sources } = opened
    return await audit({ network, sources, application: counterApplication, verify })
  } finally {
    await opened.close()
  }
}

export const correctNodes = ({ nodes }: World): readonly SimulatedNode[] =>
  nodes.filter(({ behaviour }) => behaviour.correct)
