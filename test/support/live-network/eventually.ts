import { pause } from '../wait-until.js'

/** Asking a process costs more than looking at a variable. */
const LOOK_EVERY_MS = 50

/**
 * Waits for a state that has to be asked for: until `probe` gives something else than undefined. A probe that
 * rejects has not seen it either. Rejects with `what`, and with what was last seen or thrown, when it does not come
 * in time.
 */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T | undefined>,
  { timeoutMs = 30_000, seen = () => '' }: { readonly timeoutMs?: number; readonly seen?: () => string } = {},
): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      const found = await probe()
      if (found !== undefined) return found
      cause = undefined
    } catch (error) {
      cause = error
    }
    await pause(LOOK_EVERY_MS)
  }
  throw new Error(`not in ${timeoutMs} ms: ${what} ${seen()}`, { cause })
}
