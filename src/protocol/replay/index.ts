export { Replay, type Replayed } from './replay.js'
