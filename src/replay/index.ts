export { blockLife, type BlockLifeOptions } from './block-life.js'
export type { LifeCharge } from './charges.js'
export type { Ground } from './grounds.js'
export type { BlockLife, Done, LifeBlock, LifeEvent, LifeKind, Said } from './life.js'
export type { FeedThen, LaneThen, Moment, StateThen } from './moment.js'
export {
  type Destination,
  type ReplayedTo,
  type ReplayOptions,
  replayTo,
  type ReplayToOptions,
  type Unreached,
} from './replay-to.js'
export type { CertificateKnowledge, HeightKnowledge, RoundKnowledge } from './rounds.js'
export type { Sighting } from './sightings.js'
export type { ViewpointName } from './viewpoint.js'
