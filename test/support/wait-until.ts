/** Waits for a state, looking often. Rejects with `what` when it does not come in time. */
export const waitUntil = async (what: string, holds: () => boolean, timeoutMs = 10_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${what}`)
    await pause(5)
  }
}

/** For pacing traffic, never for hoping that something has happened. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
