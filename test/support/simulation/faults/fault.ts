import type { Millis } from '../../../../src/protocol/index.js'
import type { World } from '../world.js'

/**
 * One way in which a world is unkind. A module draws all it needs from a stream of its own, and undoes what it
 * did by `untilMs`, unless the protocol tolerates it for ever.
 */
export interface Fault {
  readonly name: string
  install(world: World, untilMs: Millis): void
}
