import { encodeBody, type FeedMessage } from '../../../../../src/feeds/index.js'
import { closeLaneOperations } from '../../../../../src/protocol/index.js'
import { counterTransaction } from '../../counter-application.js'
import { originalOf } from '../../substrate/wire.js'
import type { Story } from '../story.js'
import type { Act } from './act.js'

/** Some lanes go on by a message or more. */
export const speak: Act = (story) => {
  const { random, scribe, lanes } = story
  for (const feed of random.sample(lanes, random.integer(1, 3))) {
    const count = random.integer(1, 2)
    for (let left = count; left > 0; left--) scribe.append(feed, contentOf(story))
    story.send(scribe.feed(feed).at(-1) as FeedMessage)
  }
}

const contentOf = (story: Story): object => {
  const { random, setting } = story
  if (random.chance(0.15)) return { type: 'nonsense', data: { text: 'x'.repeat(random.pick([1, 300, 900])) } }
  const count = random.integer(1, setting.batch)
  return encodeBody({
    type: 'transaction',
    transactions: Array.from({ length: count }, () => {
      const number = random.chance(0.2) ? random.integer(0, story.numbers) : ++story.numbers
      return counterTransaction(number, random.chance(0.1))
    }),
  })
}

/** A second branch of a lane, from somewhere near its end; the other goes on. */
export const fork: Act = (story) => {
  const { random, scribe, lanes, rivals } = story
  const lane = random.integer(0, lanes.length - 1)
  const feed = lanes[lane]
  if (feed === undefined || rivals.has(lane) || !story.setting.forks) return
  const written = scribe.feed(feed)
  const branch = written.slice(0, random.integer(Math.max(1, written.length - 3), written.length))
  for (let left = random.integer(1, 3); left > 0; left--) {
    const previous = branch.at(-1)?.key ?? null
    branch.push(scribe.aside(feed, contentOf(story), branch.length + 1, previous))
  }
  rivals.set(lane, branch)
  if (random.chance(0.5)) story.shell.fetch(branch.slice(-2))
}

/** It becomes known that a lane is forked, one whose branches were seen here or another. */
export const learnFork: Act = ({ random, lanes, rivals, shell }) => {
  const seen = [...rivals.keys()].flatMap((lane) => lanes[lane] ?? [])
  shell.step({ kind: 'forked', feed: random.pick(random.chance(0.7) && seen.length > 0 ? seen : lanes) })
}

/** A message that lies about its place in a lane, under a true signature. */
export const stray: Act = (story) => {
  const { random, scribe, lanes, shell } = story
  const feed = random.pick(lanes)
  const written = scribe.feed(feed)
  const sequence = Math.max(1, written.length + random.integer(-2, 2))
  const previous = random.pick([...written.slice(-3), null])?.key ?? null
  shell.fetch([scribe.aside(feed, contentOf(story), sequence, previous)])
}

/** Another lane's owner has the chain close a forked one. */
export const close: Act = (story) => {
  const { random, scribe, lanes, rivals } = story
  for (const [lane, branch] of rivals) {
    const feed = lanes[lane]
    const carrier = random.pick(lanes)
    const place = branch.findIndex(({ key }, index) => scribe.feed(feed ?? carrier)[index]?.key !== key)
    const [one, other] = [branch[place], scribe.feed(feed ?? carrier)[place]]
    if (!one || !other || carrier === feed) continue
    for (const operation of closeLaneOperations(originalOf(one), originalOf(other), carrier)) {
      const body = { type: 'transaction', transactions: [operation] } as const
      scribe.append(carrier, encodeBody(body))
    }
    story.shell.deliver(carrier)
    return
  }
}
