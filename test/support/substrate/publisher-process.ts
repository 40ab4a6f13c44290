import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { SsbKeys } from '../../../plugins/types/index.js'
import type { StackName } from './stacks.js'

const main = fileURLToPath(new URL('publisher-main.ts', import.meta.url))

/** A publishing node in a process of its own, to be killed without warning. */
export class PublisherProcess {
  /** Highest sequence that it was told is published. */
  published = 0

  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    /** What its feed held when it had started. */
    readonly sequenceAtStart: number,
  ) {}

  static async start(options: {
    readonly path: string
    readonly keys: SsbKeys
    readonly networkKey: Uint8Array
    readonly stack: StackName
  }): Promise<PublisherProcess> {
    const { path, keys, networkKey, stack } = options
    const key = Buffer.from(networkKey).toString('base64')
    const parameters = ['--import', 'tsx', main, path, JSON.stringify(keys), key, stack]
    const child = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'ignore'] })
    const lines = createInterface({ input: child.stdout })
    const [first] = (await once(lines, 'line')) as [string]
    const { address, sequence } = JSON.parse(first) as { address: string; sequence: number }
    const publisher = new PublisherProcess(child, address, sequence)
    lines.on('line', (line) => {
      publisher.published = (JSON.parse(line) as { published: number }).published
    })
    return publisher
  }

  beginPublishing(): void {
    this.child.stdin?.write('go\n')
  }

  /** SIGKILL: nothing can be flushed. */
  async kill(): Promise<void> {
    const closed = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await closed
  }
}
