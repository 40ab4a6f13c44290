import { helpText } from '../help.js'
import type { Calls } from '../dispatch.js'

/** What calls about the server itself need of it. */
export interface ControlContext {
  isAnswered(name: string): boolean
  /** Asks the node to close once the answer is sent. */
  stop(): void
}

export const controlCalls: Calls<ControlContext> = {
  help: (given, context) => helpText(given.has(0) ? given.text(0) : '', (name) => context.isAnswered(name)),
  stop: (_given, context) => {
    context.stop()
    return 'Ocean server stopping'
  },
}
