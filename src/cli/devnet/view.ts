import type { Network } from '../../roles/index.js'
import type { LatencySummary } from '../load/latencies.js'
import type { NodeRow } from './nodes.js'
import type { Progress } from './progress.js'

/** What a person sees of a running devnet: on a terminal redrawn in place, else one line now and then. */

export const viewLines = (network: Network, nodes: readonly NodeRow[], progress: Progress): readonly string[] => {
  const { transactions, rate, lastSealed } = progress
  const { capacity, emptyBlocks } = network.parameters
  return [
    `height ${sealedHeightOf(nodes)} sealed   transactions ${transactions.sealed} sealed` +
      `   ${rate.toFixed(1)} a second   refused ${transactions.refused}`,
    `latency p50   committed ${shownMs(progress.live('committed'))}   sealed ${shownMs(progress.live('sealed'))}`,
    `last block    ${lastSealed === null ? 'none yet' : `${lastSealed.transactions} transactions, round ${lastSealed.round}`}` +
      `   signers ${lastSealed?.signers ?? 0} of ${network.genesis.validators.length}, ${network.genesis.quorum} needed`,
    `block takes   ${capacity.transactions} transactions, ${capacity.bytes} bytes, ${capacity.batchMs} ms` +
      `   empty blocks ${emptyBlocks.launch} at launch, ${emptyBlocks.ahead} ahead`,
    '',
    ...nodes.map(nodeLine),
  ]
}

const nodeLine = ({ name, status }: NodeRow): string => {
  if (status === null) return `${name.padEnd(16)} down`
  const { height, sealedHeight, pendingTransactions, peers, problems } = status
  return [
    name.padEnd(16),
    `deciding ${String(height).padStart(6)}`,
    `sealed ${String(sealedHeight).padStart(6)}`,
    `pending ${String(pendingTransactions).padStart(5)}`,
    `peers ${String(peers).padStart(2)}`,
    problems.join(', '),
  ]
    .join('  ')
    .trimEnd()
}

/** For a log that cannot be redrawn. */
export const viewLine = (nodes: readonly NodeRow[], progress: Progress): string => {
  const { transactions, rate, lastSealed } = progress
  const down = nodes.filter(({ status }) => status === null).map(({ name }) => name)
  return [
    `height ${sealedHeightOf(nodes)}`,
    `${transactions.sealed} transactions sealed`,
    `${rate.toFixed(1)} a second`,
    `p50 committed ${shownMs(progress.live('committed'))}, sealed ${shownMs(progress.live('sealed'))}`,
    `signers ${lastSealed?.signers ?? 0}`,
    ...(down.length === 0 ? [] : [`down: ${down.join(', ')}`]),
  ].join('; ')
}

const sealedHeightOf = (nodes: readonly NodeRow[]): number =>
  Math.max(0, ...nodes.map(({ status }) => status?.sealedHeight ?? 0))

const shownMs = (latency: LatencySummary | null): string => (latency === null ? '-' : `${latency.p50Ms} ms`)

/** Writes blocks of lines over one another; sentences in between stay above. */
export class Redrawn {
  #height = 0

  constructor(private readonly draw: (text: string) => void) {}

  show(lines: readonly string[]): void {
    this.draw(this.#up() + lines.map((line) => `${line}\x1b[K\n`).join(''))
    this.#height = lines.length
  }

  say(sentence: string): void {
    this.draw(`${this.#up()}${sentence}\x1b[K\n\x1b[J`)
    this.#height = 0
  }

  #up(): string {
    return this.#height === 0 ? '' : `\x1b[${this.#height}A\r`
  }
}
