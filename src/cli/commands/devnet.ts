import { amountOf, command, count, DIRECTORY, flag, optional, withDefault } from '../kit/index.js'
import { runDevnet, type DevnetSummary } from '../devnet/run.js'

export const devnet = (entry: string) =>
  command({
    name: 'devnet',
    summary: 'run a whole network on this machine, with a client that sends transactions',
    details:
      'Every member is a process of its own, with its own data directory and log: validators, Messagenodes, ' +
      'the registrar and a demo client. A directory that holds a devnet is continued. Ctrl+C closes all of them.',
    arguments: {},
    options: {
      validators: optional(count(1, 100), 'validators of a new devnet (default: 4)'),
      messagenodes: optional(count(1, 16), 'Messagenodes of a new devnet (default: 3)'),
      blocks: optional(count(1), 'end with a summary once so many blocks of client transactions are sealed'),
      rate: withDefault(
        amountOf('<per second>'),
        '20',
        'transactions a second of the demo client; 0 for none',
      ),
      dir: withDefault(DIRECTORY, 'devnet', 'where the network lives'),
      keep: flag('with --blocks: go on after that, until interrupted'),
      proofs: withDefault(count(0), '1000', 'most proofs to fetch and verify at the end'),
      stall: withDefault(
        amountOf('<seconds>'),
        '60',
        'with --blocks: fail after so long without a sealed block',
      ),
    },
    examples: [
      'blockfin devnet',
      'blockfin devnet --blocks 20 --json',
      'blockfin devnet --validators 7 --messagenodes 4 --rate 500 --dir /tmp/seven',
    ],
    async run({ validators, messagenodes, blocks, rate, dir, keep, proofs, stall }, terminal) {
      const summary = await runDevnet(
        {
          directory: dir,
          validators,
          messagenodes,
          blocks,
          rate,
          keep,
          proofs,
          stallMs: stall * 1000,
          entry,
        },
        terminal,
      )
      // Without a number of blocks to wait for, an interruption is how it is meant to end.
      const done = blocks === undefined || summary.blocks.sealed >= blocks
      return { json: summary, text: summaryLines(summary).join('\n'), ...(done ? { exitCode: 0 } : {}) }
    },
  })

const summaryLines = (summary: DevnetSummary): readonly string[] => {
  const { blocks, transactions, latency, signers, quorum, proofs, nodes, directory } = summary
  const range = blocks.first === null ? '' : `, heights ${blocks.first} to ${blocks.last}`
  return [
    `blocks        ${blocks.sealed} sealed with client transactions${range}`,
    `transactions  ${transactions.submitted} submitted, ${transactions.sealed} sealed, ${transactions.refused} refused`,
    ...(['committed', 'sealed'] as const).map((stage) => {
      const measured = latency[stage]
      const shown =
        measured === null
          ? 'not measured'
          : `p50 ${measured.p50Ms} ms, p90 ${measured.p90Ms} ms, p99 ${measured.p99Ms} ms, ${measured.p50Hops} hops`
      return `${stage.padEnd(13)} ${shown}`
    }),
    `signers       ${signers.sealed?.least ?? 0} to ${signers.sealed?.most ?? 0} in a seal, ${quorum} needed`,
    ...(proofs === null
      ? []
      : [
          `proofs        ${proofs.verified} verified by another process: ${proofs.executed} executed, ${proofs.failed} failed`,
        ]),
    ...nodes.map(
      ({ name, executedHeight }) => `${name.padEnd(14)}height ${executedHeight ?? 'unknown: down'}`,
    ),
    `data          ${directory}`,
  ]
}
