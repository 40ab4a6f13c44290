import { type Manner, traitor } from '../behaviour.js'
import { otherThan } from './say.js'

/** Opens empty blocks that are not E(h) (protocol section 8, grade P). */
export const wrongEmptyBlock: Manner = () =>
  traitor('wrong empty block', {
    publishes: (effect) =>
      effect.draft.type === 'block'
        ? [{ ...effect, draft: { ...effect.draft, hash: otherThan(effect.draft.hash) } }]
        : [effect],
  })

/** Leaves out every third slot. */
export const slotGap: Manner = () =>
  traitor('slot gap', {
    publishes: (effect) => (effect.draft.type === 'block' && effect.draft.height % 3 === 0 ? [] : [effect]),
  })
