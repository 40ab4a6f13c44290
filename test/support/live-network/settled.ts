import { eventually } from './eventually.js'
import { type HeldFeeds, messagesOf, readHeldFeeds, tipsOf } from './held-feeds.js'
import type { LiveNetwork } from './live-network.js'

/** Every node's feeds, once nothing more is to be said about the last block. */
export type SettledFeeds = ReadonlyMap<string, HeldFeeds>

/**
 * A validator that was away may leave out the seal of a height that far below (protocol section 5, rule 6), and a
 * Messagenode certifies nothing that was sealed before it could.
 */
const SEALS_DUE = 9

/**
 * Waits until nothing waits any more: every transaction is executed and sealed at every node, every validator has
 * sealed the last heights, every Messagenode has certified the last one, and all disks agree. Gives what stands on
 * the disks.
 */
export const settledFeeds = async (
  network: LiveNetwork,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<SettledFeeds> => {
  let last = ''
  const height = await eventually(
    'all nodes have sealed the same height',
    async () => {
      const all = await Promise.all(network.nodes.map((name) => network.status(name)))
      last = all.map((each) => `${each.node.name} ${each.executedHeight}/${each.sealedHeight}`).join(', ')
      const heights = new Set(
        all.flatMap(({ executedHeight, sealedHeight }) => [executedHeight, sealedHeight]),
      )
      const idle = all.every(({ pendingTransactions }) => pendingTransactions === 0)
      return heights.size === 1 && idle ? heights : undefined
    },
    { timeoutMs, seen: () => last },
  ).then(([only]) => only ?? 0)
  return eventually(
    `all disks hold everything up to height ${height}`,
    async () => {
      const held = await readAll(network)
      const fault = unfinished(network, held, height)
      last = fault ?? ''
      return fault === null ? held : undefined
    },
    { timeoutMs, seen: () => last },
  )
}

export const readAll = async (network: LiveNetwork): Promise<SettledFeeds> =>
  new Map(
    await Promise.all(
      network.nodes.map(async (name) => [name, await readHeldFeeds(network.dataDirectory(name))] as const),
    ),
  )

const unfinished = (network: LiveNetwork, held: SettledFeeds, height: number): string | null => {
  const { validators, messagenodes } = network
  const reference = held.get(messagenodes[0] ?? '')
  if (!reference) return 'no Messagenode'
  const tips = tipsOf(reference)
  for (const [name, feeds] of held) {
    for (const [feed, sequence] of tipsOf(feeds)) {
      if (tips.get(feed) !== sequence) return `${name} has ${sequence} of ${feed}, not ${tips.get(feed)}`
    }
    if (messagenodes.includes(name) && feeds.size !== reference.size) return `${name} lacks feeds`
  }
  const bodies = messagesOf(reference).map(({ body }) => body)
  const seals = bodies.filter((body) => body.type === 'seal' && body.height > height - SEALS_DUE).length
  if (seals !== Math.min(height, SEALS_DUE) * validators.length) return `${seals} seals of the last heights`
  const sealed = bodies.filter((body) => body.type === 'sealed' && body.height === height).length
  if (sealed !== messagenodes.length) return `${sealed} certificates of the last seal`
  const { launch, ahead } = network.network.parameters.emptyBlocks
  const slots = bodies.filter(({ type }) => type === 'block').length
  if (slots !== Math.max(launch, height + ahead) * messagenodes.length) return `${slots} slots`
  return null
}
