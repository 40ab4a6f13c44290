import { classic } from './classic.js'
import { fairFills } from './fair-fill.js'
import { messages } from './messages.js'
import { endorsements, network } from './network.js'
import { registry } from './registry.js'
import { emptyBlocks, merkle, roots } from './roots.js'
import { certificates, votes } from './votes.js'

/** What each file under `test/vectors` holds, by its path without `.json`. */
export const vectorFiles = (): Readonly<Record<string, unknown>> => ({
  merkle: merkle(),
  'empty-blocks': emptyBlocks(),
  roots: roots(),
  'fair-fill': fairFills(),
  votes: votes(),
  certificates: certificates(),
  classic: classic(),
  network: network(),
  endorsement: endorsements(),
  registry: registry(),
  ...Object.fromEntries(Object.entries(messages()).map(([name, file]) => [`messages/${name}`, file])),
})
