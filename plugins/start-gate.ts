import type { SsbPlugin } from './types/index.js'

/**
 * Keeps peers waiting in the handshake until the database has been found sound. The socket listens as soon as the stack
 * is assembled, and a peer that dials again at once would otherwise write into a log that is still being compared with
 * its indexes: on a busy network every comparison failed, and the node gave up a database that was sound.
 *
 * Load it last: it must ask before any other hook on `auth` answers.
 */
export interface StartGate {
  /** Lets in whoever waits, and everyone from now on. */
  open(): void
}

export const startGate: SsbPlugin = {
  name: 'startGate',
  version: '1.0.0',
  manifest: {},

  init(sbot): StartGate {
    let open = (): void => undefined
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    sbot.auth.hook((proceed, parameters) => {
      void opened.then(() => proceed(...parameters))
      return undefined
    })
    // Whoever still waits is answered, by then with a refusal.
    sbot.close.hook((proceed, parameters) => {
      open()
      return proceed(...parameters)
    })
    return { open: () => open() }
  },
}
