import type { Effect } from '../../../../src/protocol/index.js'
import { expectThat } from '../observer.js'
import { type Cores, realCores } from '../simulated-world.js'

/**
 * The given cores, each beside a shipped one that takes the same events: the first step after which the two differ, in
 * what they do or in what they want, is the violation `acts-otherwise`.
 */
export const comparedCores =
  (cores: Cores, besides: Cores = realCores): Cores =>
  (member, context, origin) => {
    const core = cores(member, context, origin)
    const shipped = besides(member, context, origin)
    return {
      wants: () => core.wants(),
      step(event) {
        const expected = shipped.step(event)
        const effects = core.step(event)
        expectSame(event.kind, effects.map(comparable), expected.map(comparable))
        expectSame(event.kind, core.wants(), shipped.wants())
        return effects
      },
    }
  }

const expectSame = (event: string, does: readonly unknown[], shouldDo: readonly unknown[]): void => {
  const [here, there] = [textOf(does), textOf(shouldDo)]
  expectThat(here === there, 'acts-otherwise', { event, does: here, shouldDo: there })
}

/** A state is as its root; its own shape is the application's affair. */
const comparable = (effect: Effect): unknown =>
  effect.kind === 'executed' ? { ...effect, block: { ...effect.block, state: null } } : effect

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
