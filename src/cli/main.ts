import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { commands } from './commands/index.js'
import type { StartNode } from './commands/start.js'
import { pressedKeys } from './keys.js'
import { run, watchInterrupts, type About, type Streams } from './kit/index.js'

/** The `blockfin` command: words in, lines out, one exit code. */

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** From dist/src/cli/main.js. */
const entry = fileURLToPath(new URL('../../../bin/blockfin.js', import.meta.url))

const about: About = {
  name: 'blockfin',
  version,
  description:
    'A permissioned ledger whose consensus is carried by signed, append-only Secure Scuttlebutt feeds.',
  epilogue: [
    'Every command takes --json and answers --help with its defaults and examples.',
    'Errors are one line on standard error, and exit code 1.',
  ].join('\n'),
}

/** Loaded when needed: most commands need no SSB stack, and answer sooner without. */
const startNode: StartNode = async (options) => (await import('../node/index.js')).startNode(options)

const streams: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY,
  keys: () =>
    process.stdin.isTTY && process.stderr.isTTY
      ? { width: process.stderr.columns, pressed: pressedKeys(process.stdin) }
      : null,
}

// Whoever read the output has gone, as in `blockfin feed read ... | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const interruption = watchInterrupts((sentence) => streams.err(`${about.name}: ${sentence}\n`))
const exitCode = await run(
  about,
  commands({ startNode, entry }),
  process.argv.slice(2),
  streams,
  interruption.signal,
  () => interruption.exitCode(),
)

// What a command leaves open, such as a keep-alive connection, must not hold the process; what it said must arrive.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))
