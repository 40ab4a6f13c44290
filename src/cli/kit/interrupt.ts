/** How a process ends before it is done: asked once it closes cleanly, asked twice it goes at once. */

/** What a parent or a person may send, with the exit codes that shells expect. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** A process whose parent is gone must not linger, however busy it is. */
const ORPHAN_DEADLINE_MS = 10_000

/** Set for processes that must not outlive their parent, which holds the other end of their channel. */
export const PARENT_CHANNEL = 'BLOCKFIN_PARENT_CHANNEL'

export interface Interruption {
  readonly signal: AbortSignal
  /** Exit code of the signal that came, or null. */
  exitCode(): number | null
}

/**
 * Listens for signals and, if the process was started as a child of ours, for the end of its
 * channel to the parent: it closes however the parent dies, also by SIGKILL.
 */
export const watchInterrupts = (says: (sentence: string) => void): Interruption => {
  const controller = new AbortController()
  let code: number | null = null
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode)
      code = exitCode
      says('closing; interrupt again to force')
      controller.abort()
    })
  }
  if (process.env[PARENT_CHANNEL] !== undefined) {
    const orphaned = (): void => {
      controller.abort()
      setTimeout(() => process.exit(1), ORPHAN_DEADLINE_MS).unref()
    }
    // The parent may have died while this process was loading.
    if (!process.connected) orphaned()
    process.once('disconnect', orphaned)
    // Listening would otherwise keep the process alive after its work is done.
    process.channel?.unref()
  }
  return { signal: controller.signal, exitCode: () => code }
}
