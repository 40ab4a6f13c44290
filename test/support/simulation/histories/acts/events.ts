import { emptyBlock, encodeBody, type FeedMessage } from '../../../../../src/feeds/index.js'
import type { Want } from '../../../../../src/protocol/index.js'
import { altered } from '../alteration.js'
import { mended } from '../mending.js'
import type { Story } from '../story.js'
import type { Act } from './act.js'

export const fire: Act = ({ random, shell }) => {
  const armed = [...shell.armed]
  if (armed.length > 0) shell.fire(random.pick(armed))
}

/** Something that was held back arrives. */
export const deliver: Act = (story) => {
  const { random, shell } = story
  const feeds = shell.outstanding().filter((feed) => !story.isDammed(feed) || random.chance(0.1))
  if (feeds.length > 0) shell.deliver(random.pick(feeds), random.pick([1, 2, Infinity]))
}

/** Everything arrives that is not dammed. */
export const deliverAll: Act = (story) => {
  for (const feed of story.shell.outstanding()) if (!story.isDammed(feed)) story.shell.deliver(feed)
}

/** Somebody answers what the core asks for. */
export const answer: Act = (story) => {
  const wants = story.shell.wants()
  if (wants.length === 0) return
  const messages = story.random.sample(wants, 3).flatMap((want) => answersTo(story, want))
  if (messages.length > 0) story.shell.fetch(messages)
}

const answersTo = ({ scribe }: Story, want: Want): readonly FeedMessage[] => {
  const key = want.kind === 'message' ? want.key : want.tip
  const found: FeedMessage[] = []
  let message = scribe.get(key)
  const after = want.kind === 'range' ? want.after : (message?.sequence ?? 0) - 1
  while (message && message.sequence > after) {
    found.push(message)
    message = message.previous === null ? undefined : scribe.get(message.previous)
  }
  return found.reverse()
}

/** Any message, shown by key, known already or not. */
export const show: Act = ({ random, scribe, shell }) => {
  shell.fetch(random.sample(scribe.written.slice(-40), random.integer(1, 3)))
}

/** A message with something wrong in it, next in its feed or beside it. */
export const alter: Act = (story) => {
  const { random, scribe, record } = story
  const victims = scribe.written
    .slice(-60)
    .filter(({ author, body }) => !story.isOwn(author) && body.type !== 'junk' && 'height' in body)
  if (victims.length === 0) return
  const { author, body, sequence, previous } = random.pick(victims)
  if (body.type === 'junk') return
  const content = encodeBody(mended(story, author, altered(random, body, scribe.written)))
  const isBeside = random.chance(0.5)
  const message = isBeside
    ? scribe.aside(author, content, sequence, previous)
    : scribe.append(author, content)
  record.note(message)
  if (isBeside) story.shell.fetch([message])
  else story.send(message)
}

/** What stands in a feed of another kind than its author's role. */
export const misplace: Act = (story) => {
  const { random, scribe } = story
  const { body } = random.pick(scribe.written.slice(-20))
  const feed = random.pick(scribe.feeds)
  if (body.type !== 'junk' && !story.isOwn(feed)) story.send(scribe.append(feed, encodeBody(body)))
}

/** Other Messagenodes open their slots. */
export const openSlots: Act = (story) => {
  const author = story.someMessagenode()
  if (!author) return
  const feed = author.roles['empty-block-producer']
  const height = story.scribe.feed(feed).length
  const previous = story.planner.slotAt(height - 1)
  const hash = emptyBlock(story.context.network.chainId, height, previous)
  story.tell(feed, { type: 'block', height, previous, hash })
}

export const connect: Act = ({ random, shell, context }) => {
  shell.step({ kind: 'connected', peer: random.pick(context.network.members).id })
}

export const start: Act = (story) => {
  if (story.shell.started) return
  story.readOwn(true)
  story.shell.start()
}

/** The core's process ends, and another begins with what was stored; sometimes from a checkpoint. */
export const restart: Act = (story) => {
  const { random, record, height } = story
  const sealed = Math.max(0, height - 1 - random.integer(0, 2))
  const from = random.chance(0.6) && record.stageOf(sealed, 'sealed') ? record.trunkAt(sealed) : undefined
  story.restart(from ?? null)
  if (random.chance(0.8)) start(story)
}
