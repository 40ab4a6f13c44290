export { Replay, type Replayed } from './replay.js'
export type { Judgement } from '../validator/proposal.js'
