import type { Terminal } from '../kit/index.js'
import { Redrawn } from '../devnet/view.js'
import { type LifeText, wholeText } from './life-text.js'

/** Where a person is in a timeline: the event looked at, from 0. */
export type Position = number

/** What a key does; null ends it. */
export const afterKey = (key: string, at: Position, count: number): Position | null => {
  switch (key) {
    case ' ':
    case '\r':
    case '\n':
      return Math.min(at + 1, count - 1)
    case 'b':
      return Math.max(at - 1, 0)
    case 'q':
    case '\x03':
    case '\x04':
      return null
    default:
      return at
  }
}

/** Events shown above the one looked at, and lines that tell this one in full. */
const LINES_ABOVE = 12
const LINES_BELOW = 4

/** What is seen of the timeline with this event as the last one: as many lines every time, none of them wrapped. */
export const viewAt = ({ columns, lines }: LifeText, at: Position, width: number): readonly string[] => {
  const room = Math.max(20, width - 4)
  const above = lines.slice(Math.max(0, at - LINES_ABOVE), at)
  const line = lines[at] ?? ''
  const whole = line.trim().replace(/ {2,}/g, '  ')
  const below = Array.from({ length: LINES_BELOW }, (_, index) =>
    whole.slice(index * room, (index + 1) * room),
  )
  return [
    `   ${columns.slice(0, room)}`,
    ...above.map((each) => `   ${each.slice(0, room)}`),
    `=> ${line.slice(0, room)}`,
    ...Array.from({ length: LINES_ABOVE - above.length }, () => ''),
    '',
    ...below,
    `${at + 1} of ${lines.length}; space: next, b: back, q: quit`,
  ]
}

/** Steps through a timeline, if a person is there to press keys; what is left to be printed at the end. */
export const stepThrough = async (text: LifeText, terminal: Terminal): Promise<string> => {
  const keyboard = terminal.keys()
  if (!keyboard || text.lines.length === 0) return wholeText(text)
  const { width, pressed } = keyboard
  terminal.draw(`${[...text.head, ''].join('\n')}\n`)
  const redrawn = new Redrawn((drawn) => terminal.draw(drawn))
  let at: Position | null = 0
  redrawn.show(viewAt(text, at, width))
  for await (const key of pressed) {
    at = afterKey(key, at, text.lines.length)
    if (at === null) break
    redrawn.show(viewAt(text, at, width))
  }
  return text.foot.filter((line) => line !== '').join('\n')
}
