import { assert } from '../../../../src/util/index.js'
import { counterApplication, remembering } from '../counter-application.js'
import { castOf } from '../members.js'
import { Random } from '../random.js'
import { hashedSignatures } from '../signatures.js'
import type { Cores } from '../simulated-world.js'
import { type Act, ACTS } from './acts/index.js'
import { start } from './acts/events.js'
import { Scribe } from './scribe.js'
import { drawSetting } from './setting.js'
import { Story } from './story.js'

/** Takes note of every act that the core lived through. */
export type Heed = (act: string, story: Story) => void

/** Makes up the history of one core, and lets the given one live it. The seed decides everything. */
export const liveThrough = (seed: number, cores: Cores, heed: Heed = () => undefined): Story => {
  const random = new Random(`history ${seed}`)
  const story = storyOf(random, cores)
  const { shell, setting } = story
  for (const feed of shell.outstanding()) shell.deliver(feed)
  if (!random.chance(0.15)) start(story)
  const weights = drawWeights(random)
  for (let count = 0; count < setting.acts; count++) {
    shell.at += random.between(0, random.chance(0.05) ? 2_000 : setting.paceMs)
    const { name, act } = drawAct(random, weights)
    act(story)
    story.readOwn(false)
    heed(name, story)
  }
  return story
}

const storyOf = (random: Random, cores: Cores): Story => {
  const setting = drawSetting(random.fork('setting'))
  const cast = castOf({ ...setting, scheme: hashedSignatures })
  const { network, scheme } = cast
  const { validators, messagenodes } = network.genesis
  const member = (setting.isValidator ? validators : messagenodes)[setting.index]
  assert(member, 'the setting names a member')
  const application = remembering(counterApplication)
  const context = { network, self: member.id, application, verify: scheme.verify }
  return new Story(context, new Scribe(cast), setting, random.fork('acts'), (origin) =>
    cores(member, context, origin ?? undefined),
  )
}

interface Weighted {
  readonly name: string
  readonly act: Act
  readonly weight: number
}

/** Some acts come never and some often, so that histories differ in kind. */
const drawWeights = (random: Random): readonly Weighted[] =>
  Object.entries(ACTS).map(([name, [act, weight]]) => ({
    name,
    act,
    weight: weight * random.pick([0, 0.5, 1, 1, 1, 3]),
  }))

const drawAct = (random: Random, weights: readonly Weighted[]): Weighted => {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0)
  let lot = random.fraction() * total
  const drawn = weights.find(({ weight }) => (lot -= weight) < 0)
  assert(drawn, 'some act has a weight')
  return drawn
}
