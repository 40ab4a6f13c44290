import type { BlockEvent, CertificateJson, TransactionResult } from '../api/index.js'
import type { CertificateBody, MessageKey } from '../feeds/index.js'
import type { Application, ProvedHeader, ResultCode } from '../protocol/index.js'
import { assert } from '../util/index.js'
import type { StoredCertificate, StoredHeader } from './records.js'

/** The store's records as the JSON that clients see. */

export const headerJson = (header: StoredHeader): ProvedHeader => {
  const { height, epoch, block, slot, parent, cutRoot, txRoot, txCount, xRoot } = header
  return { height, epoch, block, slot, parent, cutRoot, txRoot, txCount, xRoot }
}

export const certificateJson = ({
  key,
  body,
}: StoredCertificate): CertificateJson & Omit<CertificateBody, 'type' | 'skip'> => {
  assert(body.type !== 'precommitted', 'only decisions and seals are stored')
  const { type: stage, skip: _skip, ...rest } = body
  return { key, stage, ...rest }
}

export const resultJson = <State>(application: Application<State>, code: ResultCode): TransactionResult => {
  const { name, sentence } = application.describe(code)
  return { outcome: code === 0 ? 'executed' : 'failed', code, name, sentence }
}

export const decidedEvent = (
  stage: 'committed' | 'sealed',
  { height, round, block, txCount, failed }: StoredHeader,
  message: MessageKey,
): BlockEvent => ({ stage, height, round, block, message, txCount, failed })
