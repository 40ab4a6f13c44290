import { apiError } from '../api/index.js'
import { fetchFrom, readAnswer } from './server-list.js'

/** Reads a server's event stream. Servers send a sign of life every 15 seconds; three missed ones mean it is gone. */
const SILENCE_LIMIT_MS = 45_000
const EVENT_LENGTH_LIMIT = 1024 * 1024

export interface ServerEvent {
  readonly name: string
  readonly data: unknown
}

/**
 * Events in order until the server ends the stream. `signal` ends it without an error.
 * @throws CodedError the server's refusal, `unreachable` when the connection breaks or falls silent,
 * `malformed-answer`
 */
export async function* readEvents(
  url: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void, void> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS)
  const both = AbortSignal.any([signal, silence.signal])
  try {
    const response = await fetchFrom(url, path, { signal: both, headers: { accept: 'text/event-stream' } })
    if (!response.ok || response.body === null) {
      await readAnswer(url, response)
      throw apiError('malformed-answer', { server: url })
    }
    let text = ''
    for await (const chunk of decoded(response.body)) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS)
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      if (text.length > EVENT_LENGTH_LIMIT) throw apiError('malformed-answer', { server: url })
      for (const block of blocks) {
        const event = parseEvent(block, url)
        if (event) yield event
      }
    }
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof Error && error.name === 'CodedError') throw error
    throw apiError('unreachable', { server: url }, undefined, { cause: error })
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

async function* decoded(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder()
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true })
}

/** Undefined for a comment, which is a sign of life and nothing else. */
const parseEvent = (block: string, server: string): ServerEvent | undefined => {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2))
  }
  const name = fields.get('event')
  const data = fields.get('data')
  if (name === undefined || data === undefined) return undefined
  try {
    return { name, data: JSON.parse(data) as unknown }
  } catch (cause) {
    throw apiError('malformed-answer', { server }, undefined, { cause })
  }
}
