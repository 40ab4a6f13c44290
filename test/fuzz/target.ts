import type fc from 'fast-check'

/**
 * Something that takes what strangers send. Its property throws when the answer is neither a value, a verdict nor a
 * coded error; `close` gives back what it opened.
 */
export interface FuzzTarget {
  readonly name: string
  open(): Promise<OpenTarget>
}

export interface OpenTarget {
  readonly property: fc.IRawProperty<[unknown]>
  close(): Promise<void>
}
