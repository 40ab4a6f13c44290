import type { Effect, Event } from '../../../src/protocol/index.js'
import type { MemberKind } from '../../../src/roles/index.js'
import { realCores } from './simulated-world.js'
import type { Cores } from './simulated-world.js'

/** Changes what a core answers to an event. */
export type Alteration = (event: Event, effects: readonly Effect[]) => readonly Effect[]

/** Real cores, but for the effects of the first validator or the first Messagenode: wrong on purpose. */
export const firstAltered =
  (kind: MemberKind, alteration: () => Alteration): Cores =>
  (member, context) => {
    const runner = realCores(member, context)
    const { validators, messagenodes } = context.network.genesis
    const first = kind === 'validator' ? validators[0] : messagenodes[0]
    if (member.id !== first?.id) return runner
    const alter = alteration()
    return { wants: () => runner.wants(), step: (event) => alter(event, runner.step(event)) }
  }

/** Alters every effect of one kind. */
export const everyEffect =
  <K extends Effect['kind']>(
    kind: K,
    alter: (effect: Extract<Effect, { readonly kind: K }>) => readonly Effect[],
  ): (() => Alteration) =>
  () =>
  (_event, effects) =>
    effects.flatMap((effect) => (isOfKind(effect, kind) ? alter(effect) : [effect]))

const isOfKind = <K extends Effect['kind']>(
  effect: Effect,
  kind: K,
): effect is Extract<Effect, { readonly kind: K }> => effect.kind === kind
