import { expectShape, load, patchOnce, replaceModule } from './patch.js'
import type { ClassicMessage, Observable, Unsubscribe } from './types/index.js'

/**
 * Cures D7: message ids are remembered for ever in a Map keyed by message, and `onceWhen` leaves its listener
 * behind whenever the condition already holds. Together they keep about 2 kB of every message.
 */
type GetMessageId = (message: ClassicMessage) => string
type OnceWhen = <T>(
  observable: Observable<T> | undefined,
  holds: (value: T) => boolean,
  then: () => void,
) => void

export const installLeakCures = (): void =>
  patchOnce('no-leaks', () => {
    const hash = hashOf(load('ssb-keys', 'ssb-classic'))
    const original = load('ssb-classic/get-msg-id')
    const replacement = forgetfulMessageId(hash)
    expectShape(
      'ssb-classic/get-msg-id',
      typeof original === 'function' && (original as GetMessageId)(SAMPLE) === replacement(SAMPLE),
    )
    replaceModule('ssb-classic/get-msg-id', replacement)

    const utilities = load('ssb-db2/utils')
    expectShape('ssb-db2/utils', isUtilities(utilities))
    if (!isUtilities(utilities)) return
    utilities.onceWhen = onceWhen
    utilities.onceWhenPromise = (observable, holds) =>
      new Promise((resolve) => onceWhen(observable, holds, resolve))
  })

/** Any message will do: the patch must name it as the original does. */
const SAMPLE: ClassicMessage = {
  previous: null,
  sequence: 1,
  author: `@${'A'.repeat(43)}=.ed25519` as ClassicMessage['author'],
  timestamp: 1,
  hash: 'sha256',
  content: { type: 'sample' },
  signature: '',
}

const forgetfulMessageId = (hash: (text: string) => string): GetMessageId => {
  const known = new WeakMap<ClassicMessage, string>()
  return (message) => {
    const cached = known.get(message)
    if (cached !== undefined) return cached
    const id = `%${hash(JSON.stringify(message, null, 2))}`
    known.set(message, id)
    return id
  }
}

const onceWhen: OnceWhen = (observable, holds, then) => {
  if (observable === undefined) return then()
  let done = false
  let unsubscribe: Unsubscribe | undefined = undefined
  const subscribed = observable((value) => {
    if (done || !holds(value)) return
    done = true
    then()
    // Removing a listener while the observable calls its listeners would make it skip one.
    if (unsubscribe !== undefined) setImmediate(unsubscribe)
  })
  unsubscribe = subscribed
  if (done) unsubscribe()
}

interface Utilities {
  onceWhen: OnceWhen
  onceWhenPromise: <T>(observable: Observable<T> | undefined, holds: (value: T) => boolean) => Promise<void>
}

const isUtilities = (value: unknown): value is Utilities =>
  hasFunction(value, 'onceWhen', 3) && hasFunction(value, 'onceWhenPromise', 2)

const hashOf = (ssbKeys: unknown): ((text: string) => string) => {
  expectShape('ssb-keys', hasFunction(ssbKeys, 'hash', 2) || hasFunction(ssbKeys, 'hash', 1))
  return (ssbKeys as { readonly hash: (text: string) => string }).hash
}

const hasFunction = (value: unknown, name: string, parameters: number): boolean => {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof member === 'function' && member.length === parameters
}
