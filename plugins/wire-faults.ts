/** Why a connection was closed because of what its peer did, or did not do, on the wire. */
export type WireFaultCode =
  /** Refused before it was handled. */
  | 'malformed-packet'
  /** The handler threw `cause`. */
  | 'packet-handler-failed'
  /** Announced as longer than any packet may be. */
  | 'oversized-packet'
  /** More streams on one connection than any peer has a use for. */
  | 'too-many-streams'
  /** More waits for this peer than a connection may hold. */
  | 'unread-backlog'
  /** Something waits for this peer, and it took nothing for too long. */
  | 'unread-too-long'

export interface WireFault {
  readonly code: WireFaultCode
  readonly cause: unknown
}

/** Packets are read by code that all stacks of a process share, so their faults are told to all of them. */
const listeners = new Set<(fault: WireFault) => void>()

export const onWireFault = (listener: (fault: WireFault) => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const tellWireFault = (fault: WireFault): void => {
  for (const listener of [...listeners]) listener(fault)
}
