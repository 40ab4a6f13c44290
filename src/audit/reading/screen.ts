import {
  type ClassicMessage,
  messageKeyOfText,
  parseMessage,
  verifyTextSignature,
} from '../../feeds/index.js'
import { chargesOfMessage, type Law } from '../../protocol/index.js'
import { Numbers } from './numbers.js'
import type { SignatureMemory } from './signature-memory.js'

/**
 * Says of messages whether their authors signed them. A screen may work on other threads, and may teach the audit's
 * {@link SignatureMemory} what it verified on the way; what is found does not depend on it.
 */
export interface Screen {
  /** @returns 1 for each that is signed. */
  check(messages: readonly PrintedMessage[]): Promise<Uint8Array>
  /** Batches that are worth being asked at a time. */
  readonly width: number
}

/** A message whose form and key were checked, with its `classicText`. */
export interface PrintedMessage {
  readonly value: ClassicMessage
  readonly text: string
}

/** Without threads: verified as they are asked for. */
export const plainScreen = ({ verify }: Pick<Law, 'verify'>): Screen => ({
  width: 1,
  check: (messages) => Promise.resolve(signedAmong(messages, verify)),
})

export const signedAmong = (messages: readonly PrintedMessage[], verify: Law['verify']): Uint8Array =>
  Uint8Array.from(messages, ({ text, value }) => Number(verifyTextSignature(text, value, verify)))

export interface Screened {
  readonly signed: Uint8Array
  /** Names, as the memory notes them, of signatures inside the messages that are good. */
  readonly news: Uint32Array
  /** Whether every signature was good, those inside too. */
  readonly isSound: boolean
}

/** What a thread does for a {@link Screen}: it studies each message as the audit will, for the signatures' sake. */
export const screen = (law: Law, memory: SignatureMemory, texts: readonly string[]): Screened => {
  let isSound = true
  const news = new Numbers()
  const verify: Law['verify'] = (...signature) => {
    const isGood = law.verify(...signature)
    if (!isGood) isSound = false
    return isGood
  }
  const inside: Law = { ...law, verify: memory.noting(news) }
  const signed = Uint8Array.from(texts, (text) => {
    const value = valueOf(text)
    if (!verifyTextSignature(text, value, verify)) return 0
    const charges = chargesOfMessage(inside, parseMessage(messageKeyOfText(text), value, text.length))
    if (charges.length > 0) isSound = false
    return 1
  })
  return { signed, news: news.all(), isSound }
}

/** Printing and parsing keeps order and content of what was checked to be a classic message. */
const valueOf = (text: string): ClassicMessage => JSON.parse(text) as ClassicMessage
