import { onTestFinished } from 'vitest'
import { readEvents, type ServerEvent } from '../../src/client/index.js'

/** Collects a stream's events in the background; `done` resolves when the server ends it. */
export const followEvents = (url: string, path: string): { events: ServerEvent[]; done: Promise<void> } => {
  const stop = new AbortController()
  const events: ServerEvent[] = []
  const follow = async (): Promise<void> => {
    for await (const event of readEvents(url, path, stop.signal)) events.push(event)
  }
  const done = follow()
  onTestFinished(async () => {
    stop.abort()
    await done.catch(() => {})
  })
  return { events, done }
}
