export { loadRelayPlace, type RelayPlace } from './load-relay.js'
export { openOceanRelay, type OceanRelayOptions } from './open-relay.js'
export { relayCircle } from './relay-circle.js'
export type { RelayEvent } from './telling.js'
