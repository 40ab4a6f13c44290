import type { IncomingMessage } from 'node:http'

/** `gone`: the caller hung up before its request was whole. */
export type Body = { readonly text: string | null } | 'too-large' | 'gone'

/** The text of a request; null if it is not UTF-8, which no JSON is. */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Body> => {
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Not destroyed where it ends early: its connection still carries the refusal.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else return 'too-large'
    }
  } catch {
    return 'gone'
  }
  return { text: decoded(Buffer.concat(chunks)) }
}

const decoded = (bytes: Buffer): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
