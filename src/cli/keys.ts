import type { ReadStream } from 'node:tty'

/** Keys as they are pressed, without waiting for a line. */
export async function* pressedKeys(input: ReadStream): AsyncGenerator<string> {
  input.setRawMode(true)
  input.setEncoding('utf8')
  try {
    for await (const text of input) for (const key of String(text)) yield key
  } finally {
    input.setRawMode(false)
    input.pause()
  }
}
