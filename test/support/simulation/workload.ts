import { encodeBody } from '../../../src/feeds/index.js'
import type { Millis } from '../../../src/protocol/index.js'
import { counterTransaction } from './counter-application.js'
import type { SimulatedNode } from './node.js'
import type { Random } from './random.js'
import type { World } from './world.js'

/** What clients do: lane messages of validators, at random moments until `untilMs`. */
export interface Workload {
  readonly messages: number
  readonly untilMs: Millis
  /** Transactions in one message, at most. */
  readonly batch: number
  readonly failing: number
  readonly repeated: number
  readonly junk: number
}

export const installWorkload = (world: World, workload: Workload): void => {
  const random = world.random.fork('workload')
  const validators = world.nodes.filter((node) => node.isValidator)
  let numbers = 0
  for (let message = 0; message < workload.messages; message++) {
    const node = random.pick(validators)
    const content = random.chance(workload.junk) ? junkContent(random) : transactionContent()
    world.schedule.after(random.between(0, workload.untilMs), () => submit(node, content))
  }

  function transactionContent(): object {
    const count = random.integer(1, workload.batch)
    return encodeBody({
      type: 'transaction',
      transactions: Array.from({ length: count }, () => {
        const number =
          numbers > 0 && random.chance(workload.repeated) ? random.integer(0, numbers - 1) : numbers++
        return counterTransaction(number, random.chance(workload.failing))
      }),
    })
  }
}

/** A client's message is gone if its validator is down: nobody acknowledged it. */
const submit = (node: SimulatedNode, content: object): void => {
  if (node.hasStarted) node.publisher.publishContent('transaction-validator', content)
}

/** Content that no schema accepts: of no type, over the limit of transactions, or large enough to fill a block. */
const junkContent = (random: Random): object =>
  random.pick<object>([
    { type: 'nonsense', data: { number: random.next() } },
    { type: 'transaction', data: { txs: Array.from({ length: 65 }, () => 'AAAAAAA=') } },
    { type: 'transaction', data: { txs: 'x'.repeat(random.integer(1_000, 7_500)) } },
  ])
