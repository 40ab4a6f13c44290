import { traitor, type Manner } from '../behaviour.js'

/** Traitors by omission: all of it looks like a slow network from outside (protocol section 8, grades E and N). */

/** Relays and answers like any other, but never says a word of its own. */
export const silent: Manner = () => traitor('silent', { publishes: () => [] })

/** Says some things and not others. Slots are all opened: a gap between them would convict it. */
export const forgetful: Manner = ({ random }) =>
  traitor('forgetful', {
    publishes: (effect) => (effect.draft.type === 'block' || random.chance(0.5) ? [effect] : []),
  })

/** Votes but never seals, so that the window stands still as soon as one more seal is missing. */
export const unsealing: Manner = () =>
  traitor('unsealing', { publishes: (effect) => (effect.draft.type === 'seal' ? [] : [effect]) })

/** Shows what it says to one peer only. */
export const selective: Manner = ({ self, favourite }) =>
  traitor('selective', {
    shows: ({ author }, peer) => !self.ownFeeds.has(author) || peer === favourite,
  })

/** Shows what it says to everyone but one peer. */
export const withholding: Manner = ({ self, favourite }) =>
  traitor('withholding', {
    shows: ({ author }, peer) => !self.ownFeeds.has(author) || peer !== favourite,
  })

/** Passes on what others say to one peer only. */
export const hoarding: Manner = ({ self, favourite }) =>
  traitor('hoarding', { shows: ({ author }, peer) => self.ownFeeds.has(author) || peer === favourite })

/** Certifies for itself alone: nobody but one peer sees a certificate of its. */
export const secretive: Manner = ({ self, favourite }) =>
  traitor('secretive', {
    shows: ({ author }, peer) => {
      const role = self.ownFeeds.get(author)
      const certifies = role?.endsWith('-counter')
      return certifies !== true || peer === favourite
    },
  })
