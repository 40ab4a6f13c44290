import type { Origin } from '../../../../src/protocol/index.js'
import type { CounterState } from '../counter-application.js'
import type { Runner } from '../node.js'

/** A fresh core, from genesis or from where another life left off. */
export type Lives = (origin: Origin<CounterState> | null) => Runner
