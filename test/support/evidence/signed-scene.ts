import {
  type ClassicMessage,
  encodeBody,
  type FeedId,
  type FeedMessage,
  type MessageKey,
  messageKeyOfValue,
  parseMessage,
} from '../../../src/feeds/index.js'
import { registryOf } from '../../../src/roles/index.js'
import { assert, toBase64, utf8 } from '../../../src/util/index.js'
import { Scene, type SceneOptions } from '../protocol/scene.js'
import { ed25519Signatures } from '../simulation/signatures.js'

/** A scene whose messages are real: signed with ed25519 as SSB signs them, under the keys that SSB gives them. */
export class SignedScene extends Scene {
  readonly #values = new Map<MessageKey, ClassicMessage>()

  constructor(options: Omit<SceneOptions, 'scheme'> = {}) {
    super({ ...options, scheme: ed25519Signatures() })
  }

  /** Size follows from the content. */
  override after<B extends FeedMessage['body']>(
    before: FeedMessage | undefined,
    author: FeedId,
    body: B,
  ): FeedMessage & { readonly body: B } {
    const sequence = (before?.sequence ?? 0) + 1
    const content = body.type === 'junk' ? { type: 'nonsense' } : encodeBody(body)
    const message = this.sign(author, { sequence, previous: before?.key ?? null, content })
    return { ...message, body }
  }

  /** Whatever the author's key is made to sign. */
  sign(
    author: FeedId,
    { previous, sequence, timestamp = 1_700_000_000_000 + sequence, content }: Unsigned,
  ): FeedMessage {
    const unsigned = { previous, author, sequence, timestamp, hash: 'sha256', content } as const
    const place = registryOf(this.network).placeOf(author)
    assert(place, 'only members sign')
    const bytes = utf8(JSON.stringify(unsigned, null, 2))
    const signature = toBase64(this.cast.keyOf(place.member.id, place.role).sign(bytes))
    const value: ClassicMessage = { ...unsigned, signature: `${signature}.sig.ed25519` }
    const key = messageKeyOfValue(value)
    this.#values.set(key, value)
    return parseMessage(key, value)
  }

  classic({ key }: Pick<FeedMessage, 'key'>): ClassicMessage {
    const value = this.#values.get(key)
    assert(value, 'a message of this scene')
    return value
  }
}

interface Unsigned {
  readonly previous: MessageKey | null
  readonly sequence: number
  readonly timestamp?: number
  readonly content: object
}
