import { commands } from '../../src/cli/commands/index.js'
import { run } from '../../src/cli/kit/index.js'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Ports {
  readonly stop?: AbortSignal
  /** Told of all that was said so far, each time. */
  readonly onOut?: (out: string) => void
}

/** The command line in this process; no node can be started on it. */
export const commandLine = async (
  words: readonly string[],
  { stop = new AbortController().signal, onOut = () => undefined }: Ports = {},
): Promise<Said> => {
  const said = { out: '', err: '' }
  const code = await run(
    { name: 'blockfin', version: '0', description: '', epilogue: '' },
    commands({ entry: '', startNode: () => Promise.reject(new Error('no node is started here')) }),
    words,
    {
      out: (text) => onOut((said.out += text)),
      err: (text) => void (said.err += text),
      interactive: false,
    },
    stop,
  )
  return { code, ...said }
}
