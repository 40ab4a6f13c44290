import type { Manner } from '../behaviour.js'
import * as certificates from './certificates.js'
import * as forks from './forks.js'
import * as junk from './junk.js'
import * as proposals from './proposals.js'
import * as quiet from './quiet.js'
import * as slots from './slots.js'
import * as votes from './votes.js'

export * from './quiet.js'
export * from './votes.js'

const { forkedLane, forkedRoleFeed } = forks
const { unsealing, secretive, ...anyone } = quiet

/** Every way in which a validator breaks the rules, by name. */
export const VALIDATOR_MANNERS: Readonly<Record<string, Manner>> = {
  ...anyone,
  unsealing,
  ...votes,
  ...junk,
  forkedLane,
  forkedRoleFeed,
}

/** Every way in which a Messagenode does. */
export const MESSAGENODE_MANNERS: Readonly<Record<string, Manner>> = {
  ...anyone,
  secretive,
  ...certificates,
  ...proposals,
  ...slots,
  junk: junk.junk,
  wrongFeed: junk.wrongFeed,
  oversized: junk.oversized,
  forkedRoleFeed,
}
