import { isCoded } from '../../util/index.js'
import type { BlockAnswer } from '../../api/index.js'
import type { Client } from '../../client/index.js'

/** A block that reached a stage, as one kind of node tells it. */
export interface SeenBlock {
  readonly block: BlockAnswer
  /** Milliseconds, monotonic, at which the news arrived; null if it was missed and looked up later. */
  readonly atMs: number | null
}

/**
 * Every block that reaches a stage, once and in order of height, from now on. Goes on at another node when one
 * falls silent; heights passed over meanwhile are looked up.
 */
export async function* watchBlocks(
  client: Client,
  stage: 'committed' | 'sealed',
  now: () => number,
  stop: AbortSignal,
): AsyncGenerator<SeenBlock, void, void> {
  let next: number | null = null
  while (!stop.aborted) {
    try {
      const { executedHeight, sealedHeight } = await client.nodeStatus()
      next ??= (stage === 'sealed' ? sealedHeight : executedHeight) + 1
      for await (const event of client.events({ signal: stop })) {
        if (event.stage !== stage) continue
        const atMs = now()
        while (next < event.height) {
          yield { block: await client.block(next), atMs: null }
          next++
        }
        if (event.height < next) continue
        yield { block: await client.block(next), atMs }
        next++
      }
    } catch (error) {
      if (!isCoded(error)) throw error
    }
    if (!stop.aborted) await pause(RETRY_MS)
  }
}

const RETRY_MS = 250

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
