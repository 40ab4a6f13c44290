import type {
  AssembledBody,
  CertificateBody,
  FeedId,
  FeedMessage,
  MessageOf,
  SkipCertificateBody,
} from '../feeds/index.js'

/** What is known of one height: its proposals, and the first valid certificate of each kind and round. */
export interface HeightBook {
  readonly height: number
  readonly proposals: Map<number, MessageOf<AssembledBody>[]>
  /** PC(h,r) by round. */
  readonly precommitted: Map<number, MessageOf<CertificateBody>>
  /** NC(h,r) by round. */
  readonly skipped: Map<number, MessageOf<SkipCertificateBody>>
  /** CC(h): one is enough, since all of a height carry one value. */
  committed: MessageOf<CertificateBody> | undefined
  /** SC(h). */
  sealed: MessageOf<CertificateBody> | undefined
  /** Main ids of the Messagenodes that showed a certificate themselves, by `certificateName`. */
  readonly shownBy: Map<string, Set<FeedId>>
}

export type AnyCertificate = MessageOf<CertificateBody> | MessageOf<SkipCertificateBody>

export type Books = Map<number, HeightBook>

export const bookAt = (books: Books, height: number): HeightBook => {
  const known = books.get(height)
  if (known) return known
  const book: HeightBook = {
    height,
    proposals: new Map(),
    precommitted: new Map(),
    skipped: new Map(),
    committed: undefined,
    sealed: undefined,
    shownBy: new Map(),
  }
  books.set(height, book)
  return book
}

/** `(stage, round)` in words; commit and seal certificates of a height are interchangeable across rounds. */
export const certificateName = (
  body: Pick<CertificateBody | SkipCertificateBody, 'type' | 'skip' | 'round'>,
): string => {
  if (body.skip) return `skip ${body.round}`
  return body.type === 'precommitted' ? `precommit ${body.round}` : body.type
}

/** The first valid certificate that stands where this one would. */
export const standing = (
  book: HeightBook,
  body: CertificateBody | SkipCertificateBody,
): AnyCertificate | undefined => {
  if (body.skip) return book.skipped.get(body.round)
  switch (body.type) {
    case 'precommitted':
      return book.precommitted.get(body.round)
    case 'committed':
      return book.committed
    case 'sealed':
      return book.sealed
  }
}

export const enterCertificate = (book: HeightBook, message: AnyCertificate): void => {
  if (isSkipCertificate(message)) book.skipped.set(message.body.round, message)
  else if (message.body.type === 'precommitted') book.precommitted.set(message.body.round, message)
  else if (message.body.type === 'committed') book.committed = message
  else book.sealed = message
}

export const certificatesIn = (book: HeightBook): AnyCertificate[] => [
  ...book.precommitted.values(),
  ...book.skipped.values(),
  ...(book.committed ? [book.committed] : []),
  ...(book.sealed ? [book.sealed] : []),
]

/** The highest round that has a certificate of either kind; -1 if none has. */
export const highestCertified = (book: HeightBook): number =>
  Math.max(-1, ...book.precommitted.keys(), ...book.skipped.keys())

/** Whether every round strictly between these two has a skip certificate. */
export const allSkipped = (book: HeightBook, after: number, before: number): boolean => {
  for (let round = after + 1; round < before; round++) if (!book.skipped.has(round)) return false
  return true
}

export const isSkipCertificate = (message: FeedMessage): message is MessageOf<SkipCertificateBody> =>
  message.body.type === 'precommitted' && message.body.skip

export const isCertificate = (message: FeedMessage): message is AnyCertificate =>
  message.body.type === 'precommitted' || message.body.type === 'committed' || message.body.type === 'sealed'

export const isAssembled = (message: FeedMessage): message is MessageOf<AssembledBody> =>
  message.body.type === 'assembled'
