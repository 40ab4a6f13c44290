import { encodeBody } from '../../../../src/feeds/index.js'
import { type Circumstances, type Manner, type Say, traitor } from '../behaviour.js'
import { say } from './say.js'

/** Traitors that fill feeds with what does not belong there (protocol section 8, grade P). */

/** Says something of its own before every word of its core. */
const beside =
  (name: string, more: (circumstances: Circumstances) => Say): Manner =>
  (circumstances) =>
    traitor(name, { publishes: (effect) => [more(circumstances), effect] })

const firstRole = ({ self }: Circumstances) => (self.isValidator ? 'precommitter' : 'precommit-counter')

export const junk = beside('junk', (circumstances) =>
  say(firstRole(circumstances), { type: 'nonsense', data: { number: circumstances.random.next() } }),
)

/** What belongs into another feed of its own. */
export const wrongFeed = beside('wrong feed', (circumstances) =>
  say(
    firstRole(circumstances),
    encodeBody({ type: 'transaction', transactions: [circumstances.random.bytes(5)] }),
  ),
)

/** A lane message of more transactions than one may carry. */
export const overLimit: Manner = ({ self, random }) =>
  traitor('over the limit', {
    publishes: (effect) =>
      self.isValidator && random.chance(0.2)
        ? [
            say('transaction-validator', {
              type: 'transaction',
              data: { txs: Array.from({ length: 65 }, () => 'AAAAAAA=') },
            }),
            effect,
          ]
        : [effect],
  })

/** A message that no receiver takes, for being larger than any may be: from there on its feed stands still. */
export const oversized = beside('oversized', (circumstances) =>
  say(firstRole(circumstances), { type: 'nonsense', data: { text: 'x'.repeat(9_000) } }),
)
