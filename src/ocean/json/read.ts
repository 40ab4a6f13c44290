import { CodedError } from '../../util/index.js'
import { type Json, JsonNumber, type JsonObject } from './value.js'

/** As deep as any answer or request is, with room; deeper text is hostile. */
const MAX_DEPTH = 128

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const SPACE = /[ \t\n\r]*/y
const WORDS: readonly (readonly [string, Json])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
]

/** Members that were given twice in an object that was read: a caller that deals with money refuses them. */
const repeated = new WeakMap<object, string>()

/** The first name that stands twice in an object that was read. Its first value is the one that counts. */
export const repeatedName = (object: JsonObject): string | undefined => repeated.get(object)

/** @throws CodedError `json-malformed` */
export const readJson = (text: string): Json => {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

class Reader {
  #at = 0

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw malformed('it is too deep')
    this.#match(SPACE)
    const first = this.text[this.#at]
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    if (first === '"') return this.#string()
    const word = WORDS.find(([name]) => this.text.startsWith(name, this.#at))
    if (word !== undefined) return this.#take(word[0].length, word[1])
    const digits = this.#match(NUMBER)
    if (digits === undefined) throw malformed('no value stands where one is due')
    return new JsonNumber(digits)
  }

  end(): void {
    this.#match(SPACE)
    if (this.#at < this.text.length) throw malformed('something follows its end')
  }

  #object(depth: number): JsonObject {
    const object = Object.create(null) as Record<string, Json>
    this.#members('}', () => {
      const name = this.#string()
      if (!this.#skip(':')) throw malformed('a name has no value')
      const value = this.value(depth + 1)
      if (!(name in object)) object[name] = value
      else if (!repeated.has(object)) repeated.set(object, name)
    })
    return object
  }

  #array(depth: number): readonly Json[] {
    const values: Json[] = []
    this.#members(']', () => values.push(this.value(depth + 1)))
    return values
  }

  #members(close: string, readOne: () => void): void {
    this.#at++
    if (this.#skip(close)) return
    do readOne()
    while (this.#skip(','))
    if (!this.#skip(close)) throw malformed('a bracket is not closed')
  }

  /** Scanned for its end and then left to the platform: texts are megabytes of hex. */
  #string(): string {
    this.#match(SPACE)
    if (this.text[this.#at] !== '"') throw malformed('a text is missing')
    const start = this.#at
    let end = start
    do end = this.text.indexOf('"', end + 1)
    while (end !== -1 && this.#isEscaped(end, start))
    if (end === -1) throw malformed('a text has no end')
    this.#at = end + 1
    try {
      return JSON.parse(this.text.slice(start, this.#at)) as string
    } catch (cause) {
      throw malformed('a text is broken', { cause })
    }
  }

  #isEscaped(index: number, start: number): boolean {
    let first = index
    while (first - 1 > start && this.text[first - 1] === '\\') first--
    return (index - first) % 2 === 1
  }

  /** Whether that character comes next; then it is passed. */
  #skip(character: string): boolean {
    this.#match(SPACE)
    if (this.text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #match(form: RegExp): string | undefined {
    form.lastIndex = this.#at
    const [found] = form.exec(this.text) ?? []
    this.#at += found?.length ?? 0
    return found
  }

  #take(length: number, value: Json): Json {
    this.#at += length
    return value
  }
}

const malformed = (why: string, options?: ErrorOptions): CodedError =>
  new CodedError('json-malformed', `the JSON is malformed: ${why}`, {}, options)
