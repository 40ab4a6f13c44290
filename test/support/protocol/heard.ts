import type { Body, MessageKey } from '../../../src/feeds/index.js'
import type { Draft, Effect, Publish, Want } from '../../../src/protocol/index.js'

/** Effects in a few words, for tables. */

/** `precommit 1/0`, `NC 2/1`, `seal 4`: stage, height and, where there is one, round. */
export const nameOf = (draft: Draft | Body): string => {
  switch (draft.type) {
    case 'precommit':
      return `${draft.skip ? 'skip' : 'precommit'} ${draft.height}/${draft.round}`
    case 'precommitted':
      return `${draft.skip ? 'NC' : 'PC'} ${draft.height}/${draft.round}`
    case 'committed':
      return `CC ${draft.height}/${draft.round}`
    case 'sealed':
      return `SC ${draft.height}`
    case 'commit':
    case 'assembled':
      return `${draft.type} ${draft.height}/${draft.round}`
    case 'seal':
    case 'block':
      return `${draft.type} ${draft.height}`
    default:
      return draft.type
  }
}

const ofKind = <K extends Effect['kind']>(effects: readonly Effect[], kind: K) =>
  effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind)

export const publishes = (effects: readonly Effect[]): readonly Publish[] => ofKind(effects, 'publish')

/** What is published, without empty blocks. */
export const published = (effects: readonly Effect[]): readonly string[] =>
  publishes(effects)
    .map(({ draft }) => nameOf(draft))
    .filter((name) => !name.startsWith('block'))

/** The first draft of a type that is published. */
export const draftOf = <T extends Draft['type']>(
  effects: readonly Effect[],
  type: T,
): Extract<Draft, { type: T }> => {
  const drafts = publishes(effects).map(({ draft }) => draft)
  const draft = drafts.find((candidate): candidate is Extract<Draft, { type: T }> => candidate.type === type)
  if (!draft) throw new RangeError(`no ${type} among ${drafts.map(nameOf).join(', ')}`)
  return draft
}

export const refusals = (effects: readonly Effect[]): readonly string[] =>
  ofKind(effects, 'verdict').map(({ refusal }) => refusal.code)

export const halts = (effects: readonly Effect[]): readonly string[] =>
  ofKind(effects, 'halt').map(({ code }) => code)

/** `1/2`: height and round. */
export const entered = (effects: readonly Effect[]): readonly string[] =>
  ofKind(effects, 'entered').map(({ height, round }) => `${height}/${round}`)

export const decided = (effects: readonly Effect[]): readonly number[] =>
  ofKind(effects, 'decided').map(({ height }) => height)

export const executed = (effects: readonly Effect[]): readonly number[] =>
  ofKind(effects, 'executed').map(({ block }) => block.height)

/** `round 500` armed, `round off` cancelled. */
export const timers = (effects: readonly Effect[]): readonly string[] =>
  ofKind(effects, 'timer').map(({ timer, delayMs }) => `${timer} ${delayMs ?? 'off'}`)

export const wanted = (effects: readonly Effect[]): readonly MessageKey[] =>
  ofKind(effects, 'want').map(({ want }) => keyOf(want))

export const keyOf = (want: Want): MessageKey => (want.kind === 'message' ? want.key : want.tip)

export const offers = (effects: readonly Effect[]) =>
  ofKind(effects, 'offer').map(({ keys, to }) => ({ keys, to }))

/** `pause` and `reread` of feeds, with where reading goes on. */
export const readings = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => {
    if (effect.kind === 'pause') return [`pause ${effect.feed}`]
    return effect.kind === 'reread' ? [`reread ${effect.feed} from ${effect.from}`] : []
  })
