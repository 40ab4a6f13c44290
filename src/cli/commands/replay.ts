import { resolve } from 'node:path'

import { loadApplication } from '../../node/application.js'
import { rememberingVerify } from '../../node/verify.js'
import { blockLife, replayTo, type ReplayOptions } from '../../replay/index.js'
import { openSources, SOURCE_OPTIONS } from '../audit/sources.js'
import { command, count, DIRECTORY, flag, many, optional, TEXT, usage } from '../kit/index.js'
import { DESTINATION } from '../replay/destination.js'
import { lifeText, wholeText } from '../replay/life-text.js'
import { replayedText } from '../replay/moment-text.js'
import { stepThrough } from '../replay/stepping.js'

export const replay = command({
  name: 'replay',
  summary: 'show what a node knew and did at a height or time, or the life of one block',
  details:
    'Tells the messages that nodes received, in their order of arrival, to the core that those nodes ran. With --to, ' +
    'shows the state, the rounds and the feeds as each source had them at that moment. With --block, shows everything ' +
    'that was said about that height: who saw it when, and by which rule it was allowed. See docs/auditing.md.',
  arguments: { sources: many(DIRECTORY, 'data directory of a node, or archive', 1) },
  options: {
    to: optional(
      DESTINATION,
      'the moment at which the node had executed this height, or a time of its clock',
    ),
    block: optional(count(1), 'the height whose life is told'),
    step: flag('with --block: go through it event by event, if this is a terminal'),
    as: optional(
      TEXT,
      'the member through whose eyes to look (default: every source; with --block, the first)',
    ),
    query: many(
      TEXT,
      'with --to: ask the application, as in `supply` or `accounts/<hash>` of the STORE ledger',
    ),
    ...SOURCE_OPTIONS,
  },
  examples: [
    'blockfin replay devnet/messagenode-1 --to 120 --query supply',
    'blockfin replay devnet/validator-1 devnet/messagenode-1 --to 2026-11-27T20:00:00Z --as validator-1',
    'blockfin replay feeds.bfa --block 120',
    'blockfin replay devnet/messagenode-1 devnet/validator-1 --block 120 --step',
  ],
  async run(given, terminal) {
    const { sources: paths, to, block, as, query, step } = given
    if ((to === undefined) === (block === undefined)) throw usage('give either --to or --block')
    if (to !== undefined && step) throw usage('--step goes with --block')
    if (block !== undefined && query.length > 0) throw usage('--query goes with --to')
    const opened = await openSources(paths, given.network)
    try {
      const { network, sources } = opened
      const verify = rememberingVerify()
      const module = given.application
      const application = await loadApplication(module === undefined ? null : resolve(module), verify)
      const options: ReplayOptions<unknown> = { network, sources, application, verify, as }
      if (to !== undefined) {
        const onProgress = (messages: number): void => terminal.progress(`read ${messages} messages`)
        const replayed = await replayTo({ ...options, to, queries: query, onProgress })
        return { json: replayed, text: replayedText(replayed) }
      }
      const onProgress = () => undefined
      const life = await blockLife({ ...options, height: block ?? 0, onProgress })
      const text = lifeText(life)
      const isStepped = step && !terminal.json
      return { json: life, text: isStepped ? await stepThrough(text, terminal) : wholeText(text) }
    } finally {
      await opened.close()
    }
  },
})
