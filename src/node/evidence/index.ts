export { type Consequences, consequences } from './consequences.js'
export { type EvidenceDesk, openDesk } from './desk.js'
