import type { SsbKeys } from '../../../plugins/types/index.js'
import type { PublishOptions } from '../../../plugins/durable-publish/index.js'
import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Ssb } from '../../../src/node/ssb.js'
import { appendTo, createSubstrate, type Substrate } from '../../../src/node/substrate.js'

/** A substrate on which tests say whatever they like, past the sign guard. */
export interface OpenSubstrate extends Substrate {
  publish(keys: SsbKeys, content: object, options?: PublishOptions): Promise<FeedMessage>
}

export const openSubstrate = (ssb: Ssb): OpenSubstrate => ({
  ...createSubstrate(ssb),
  publish: (keys, content, options) => appendTo(ssb)(keys, content, options),
})
