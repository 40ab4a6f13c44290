import { CodedError } from '../../util/index.js'
import type { Terminal } from '../kit/index.js'

/** Messages between two sentences. */
const STEP = 50_000

/**
 * Says how far a long run has come, and ends it when it is interrupted.
 * @throws CodedError `interrupted`
 */
export const progressOf =
  (terminal: Pick<Terminal, 'progress' | 'stop'>, doing: string) =>
  (messages: number): void => {
    if (terminal.stop.aborted) throw new CodedError('interrupted', 'interrupted; nothing was written')
    if (messages % STEP === 0) terminal.progress(`${doing} ${messages} messages`)
  }
