import type { SsbKeys } from '../../../plugins/types/index.js'
import type { FeedMessage, MessageKey } from '../../../src/feeds/index.js'
import type { Ssb } from '../../../src/node/ssb.js'
import { appendTo, createSubstrate, type Substrate } from '../../../src/node/substrate.js'

/** A substrate on which tests say whatever they like, past the sign guard. */
export interface OpenSubstrate extends Substrate {
  publish(
    keys: SsbKeys,
    content: object,
    options?: { readonly durable?: readonly MessageKey[] },
  ): Promise<FeedMessage>
}

export const openSubstrate = (ssb: Ssb): OpenSubstrate => ({
  ...createSubstrate(ssb),
  publish: (keys, content, { durable } = {}) => appendTo(ssb)(keys, content, durable),
})
