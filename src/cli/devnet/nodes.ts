import type { StatusAnswer } from '../../api/index.js'
import { createClient } from '../../client/index.js'
import type { Network } from '../../roles/index.js'
import { isCoded } from '../../util/index.js'

/** The nodes of a network as their HTTP APIs show them, whoever started them. */
export interface NodeRow {
  readonly name: string
  readonly kind: string
  readonly url: string
  /** Null while it does not answer. */
  readonly status: StatusAnswer | null
}

const PATIENCE = { rounds: 1, requestTimeoutMs: 2000 } as const

export const askNodes = ({ members }: Network): Promise<readonly NodeRow[]> =>
  Promise.all(
    members.flatMap(({ name, kind, addresses }) =>
      addresses.http === null ? [] : [askNode({ name, kind, url: addresses.http })],
    ),
  )

const askNode = async (node: Omit<NodeRow, 'status'>): Promise<NodeRow> => {
  try {
    return { ...node, status: await createClient({ validators: [node.url], ...PATIENCE }).nodeStatus() }
  } catch (error) {
    if (isCoded(error)) return { ...node, status: null }
    throw error
  }
}

export const isReady = ({ status }: NodeRow): boolean => status !== null && status.problems.length === 0
