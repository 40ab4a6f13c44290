import type { Network } from '../../roles/index.js'

/** What a screening thread is told once. */
export interface ScreeningSetup {
  readonly network: Network
  /** Of the signature memory that it reports to. */
  readonly secret: Uint8Array
}

export interface ScreeningTask {
  readonly number: number
  readonly texts: readonly string[]
  /** An earlier audit found every signature in them good. */
  readonly isTrusted: boolean
}

export interface ScreeningAnswer {
  readonly number: number
  readonly signed: Uint8Array
  readonly news: Uint32Array
  readonly isSound: boolean
}
