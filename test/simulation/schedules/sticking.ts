import type { CorePatch } from '../../support/simulation/directed/patched-core.js'
import type { Fault } from '../../support/simulation/faults/index.js'
import type { Schedule } from './schedule.js'

/** A schedule that the shipped core survives, and a core without one clause of the protocol does not. */
export interface StickingSchedule extends Schedule {
  /** The clause, in the words of protocol section 5. */
  readonly clause: string
  /** What takes the clause out of the core, or out of what carries it. */
  readonly without: { readonly patches: readonly CorePatch[] } | { readonly faults: readonly Fault[] }
  /** What then becomes of the chain. */
  readonly ends: 'stuck' | 'rounds-spin' | 'timeout-inflates' | 'idle-chain-speaks'
}

const ROUND = 'protocol/validator/round.ts'

/** The clauses, each as the change that takes it out. */
export const WITHOUT = {
  'if it skipped r': [
    {
      file: ROUND,
      text: '  if (here && votes.skipped.has(round)) consider(round + 1, here.key)\n',
      replacement: '',
    },
  ],
  'or on a justified proposal': [
    {
      file: ROUND,
      text: '(expired || isProposedAgain(book, round, here.body.block))',
      replacement: 'expired',
    },
  ],
  offer: [
    {
      file: 'protocol/validator/step.ts',
      text: '  if (started && missing.length > 0)\n',
      replacement: '  if (started && missing.length > shown!.size + to.length)\n',
    },
  ],
  'durable links': [
    {
      file: 'protocol/validator/vote.ts',
      text: '{ height, round, block, xRoot }, [certificate.key], turn)',
      replacement: '{ height, round, block, xRoot }, [], turn)',
    },
  ],
  'republished with its own prev': [
    {
      file: 'protocol/messagenode/certify.ts',
      text: 'const learned = [...book.skipped.values()].map(({ body }) => body)',
      replacement: 'const learned: SkipCertificateBody[] = []',
    },
  ],
  'seal every height': [
    {
      file: 'protocol/validator/step.ts',
      text: 'const mayLeaveOut = book.sealed !== undefined && chain.executed.height >= far',
      replacement: 'const mayLeaveOut = chain.decided.height > height',
    },
  ],
  'a proposable block': [
    {
      file: 'protocol/fair-fill.ts',
      text: '(fill.txCount > 0 || (fill.full && fill.bytes > 0))',
      replacement: 'fill.txCount > 0',
    },
  ],
  'a wait that does not grow': [
    {
      file: 'protocol/messagenode/assemble.ts',
      text: 'const waitMs = baseTimeout(durations, chain.context.network.parameters.roundTimeout)',
      replacement:
        'const waitMs = (1 + round / 2) * baseTimeout(durations, chain.context.network.parameters.roundTimeout)',
    },
  ],
  'no work at h+9': [{ file: ROUND, text: '  if (!isOpen(state, height)) return null\n', replacement: '' }],
  'the median': [
    {
      file: 'protocol/timeout.ts',
      text: '[Math.floor(values.length / 2)]',
      replacement: '.at(-1)',
    },
  ],
} satisfies Record<string, readonly CorePatch[]>
