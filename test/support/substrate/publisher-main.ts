import type { SsbKeys } from '../../../plugins/types/index.js'
import { loadStack } from './stacks.js'
import type { StackName } from './stacks.js'

/**
 * Entry point of a process that publishes as fast as it can until it is killed. Says where it listens and what
 * its feed holds at the start, then the sequence of each message it was told is published.
 */
const [path = '', keysText = '', networkKey = '', stackName = 'cured'] = process.argv.slice(2)
const keys = JSON.parse(keysText) as SsbKeys
const stack = await loadStack(stackName as StackName, Buffer.from(networkKey, 'base64'))
const { sbot, create } = await stack.start({ path, keys })

const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`)
const tail = (): number => sbot.db.getState().get(sbot.id)?.sequence ?? 0

sbot.ebt.request(sbot.id, true)
// Something to replicate before the rush: stock, a peer that starts behind stays behind.
if (tail() === 0) await create({ type: 'hello' })
say({ address: sbot.getAddress(), sequence: tail() })
process.stdin.once('data', () => {
  for (let flow = 0; flow < 8; flow++) void publishForEver()
})

const publishForEver = async (): Promise<never> => {
  for (let index = 0; ; index++) {
    await create({ type: 'test', index })
    say({ published: tail() })
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
