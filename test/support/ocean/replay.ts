import { integer, isNumber, isObject, type Json, writeJson } from '../../../src/ocean/json/index.js'
import { COMMANDS, RPC } from '../../../src/ocean/rpc/index.js'
import { type RecordedCall, recordedCalls } from './recorded-calls.js'

/** Every recorded call put to a node of ours, and how its answers compare. */

export type Outcome = RecordedCall['outcome']

export interface Difference {
  /** Position among the calls of the file. */
  readonly index: number
  readonly call: RecordedCall
  readonly answered: Outcome
}

export interface Replayed {
  readonly file: string
  readonly matched: number
  /** The same, but for hashes and times of blocks that were not recorded. */
  readonly alike: number
  readonly different: readonly Difference[]
  /** How often each method was called that no node of ours answers yet. */
  readonly notCovered: ReadonlyMap<string, number>
}

export const replay = async (
  file: string,
  ask: (call: RecordedCall) => Promise<Outcome>,
): Promise<Replayed> => {
  const different: Difference[] = []
  const notCovered = new Map<string, number>()
  let [matched, alike] = [0, 0]
  for (const [index, call] of recordedCalls(file).entries()) {
    const answered = await ask(call)
    if (agrees(call.outcome, answered)) matched++
    else if (agrees(withoutBlocks(call.outcome), withoutBlocks(answered))) alike++
    else if (isUnanswered(call, answered)) notCovered.set(call.method, (notCovered.get(call.method) ?? 0) + 1)
    else different.push({ index, call, answered })
  }
  return { file, matched, alike, different, notCovered }
}

/** One line for a file. */
export const replayLine = ({ file, matched, alike, different, notCovered }: Replayed): string => {
  const uncovered = [...notCovered.values()].reduce((sum, count) => sum + count, 0)
  const methods = [...notCovered.keys()].sort().join(' ')
  return `${file}: ${matched} matched, ${alike} alike, ${different.length} different, ${uncovered} not covered${methods && ` (${methods})`}`
}

/** Members that tell which block a transaction is in. */
const OF_BLOCKS: ReadonlySet<string> = new Set([
  'blockhash',
  'bestblock',
  'time',
  'blocktime',
  'timereceived',
])

const withoutBlocks = (outcome: Outcome): Outcome =>
  'result' in outcome && isObject(outcome.result)
    ? {
        result: Object.fromEntries(Object.entries(outcome.result).filter(([name]) => !OF_BLOCKS.has(name))),
      }
    : outcome

/** Not a method of ours at all, or not one yet; refusing one by name, as `generate` does, is an answer. */
const isUnanswered = ({ method }: RecordedCall, answered: Outcome): boolean =>
  !COMMANDS.has(method) || ('code' in answered && agrees(methodNotFound, answered))

export const agrees = (recorded: Outcome, answered: Outcome): boolean => {
  if ('result' in recorded) return 'result' in answered && sameJson(recorded.result, answered.result)
  return 'code' in answered && sameJson(recorded.code, answered.code) && sameWords(recorded, answered)
}

/** The text of help is our own from its second line on, and a usage error is nothing but help. */
const sameWords = (
  recorded: { readonly code: Json; readonly message: string },
  answered: { readonly message: string },
): boolean => {
  const isHelp = isNumber(recorded.code) && recorded.code.text === '-1' && recorded.message.includes('\n')
  if (!isHelp) return recorded.message === answered.message
  const firstLine = (text: string): string => text.split('\n', 1)[0]?.trim() ?? ''
  return firstLine(recorded.message) === firstLine(answered.message)
}

/** Digit for digit, and members in their order. */
const sameJson = (left: Json, right: Json): boolean => writeJson(left) === writeJson(right)

export const methodNotFound: Outcome = { code: integer(RPC.methodNotFound), message: 'Method not found' }
