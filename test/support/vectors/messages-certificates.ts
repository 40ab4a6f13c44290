import { cases, type Invalid } from './messages-cases.js'
import { digest, formOfSignature, hex, integer, link } from './naive.js'

/** The form of certificates only: their signatures sign nothing. `certificates.json` holds real ones. */

const SIGNERS = [0, 2, 99]
const SIGNATURES = SIGNERS.map((index) => formOfSignature(`signer ${index}`))

const base64 = (...parts: readonly Buffer[]): string => Buffer.concat(parts).toString('base64')

const quorumData = {
  signers: base64(...SIGNERS.map((index) => integer(index, 2))),
  sigs: base64(...SIGNATURES.map((signature) => Buffer.from(signature, 'base64'))),
  root: digest('root'),
}
const quorumBody = { signers: SIGNERS, signatures: SIGNATURES, root: quorumData.root }

const quorumFaults: Invalid[] = [
  ['no signers', { signers: '' }, 'list-length'],
  ['more signers than validators', { signers: base64(hex('00'.repeat(202))) }, 'list-length'],
  ['half a signer', { signers: base64(hex('000000')) }, 'list-width'],
  ['signers as a list', { signers: SIGNERS }, 'malformed-field'],
  ['no signatures', { sigs: '' }, 'list-length'],
  ['half a signature', { sigs: base64(hex('00'.repeat(96))) }, 'list-width'],
  ['signatures that are no base64', { sigs: 'AB==' }, 'malformed-base64'],
]

const data = {
  blockid: 12,
  round: 1,
  link: link('assembled'),
  block: digest('block'),
  xroot: digest('results'),
  ...quorumData,
}

const bodyOf = (type: string) => ({
  type,
  skip: false,
  height: 12,
  round: 1,
  assembled: data.link,
  block: data.block,
  xRoot: data.xroot,
  stateRoot: null,
  ...quorumBody,
})

const certificate = (type: string, faults: readonly Invalid[]) =>
  cases(
    [{ name: 'a certificate', content: { type, data }, body: bodyOf(type) }],
    [...faults, ...quorumFaults, ['a state root', { stateroot: digest('state') }, 'unknown-field']],
  )

const sealed = (faults: readonly Invalid[]) =>
  cases(
    [
      {
        name: 'a certificate',
        content: { type: 'sealed', data: { ...data, round: 0, stateroot: digest('state') } },
        body: { ...bodyOf('sealed'), round: 0, stateRoot: digest('state') },
      },
    ],
    [...faults, ...quorumFaults, ['a round', { round: 1 }, 'malformed-field']],
  )

const skipCertificate = (faults: readonly Invalid[]) => {
  const skipData = { skip: true, blockid: 12, round: 1, prev: link('round before'), ...quorumData }
  const body = {
    type: 'precommitted',
    skip: true,
    height: 12,
    round: 1,
    previous: skipData.prev,
    ...quorumBody,
  }
  const { prev: _, ...withoutPrevious } = skipData
  return cases(
    [
      { name: 'of a later round', content: { type: 'precommitted', data: skipData }, body },
      {
        name: 'of the first round',
        content: { type: 'precommitted', data: { ...withoutPrevious, round: 0 } },
        body: { ...body, round: 0, previous: null },
      },
    ],
    [
      ...faults,
      ...quorumFaults,
      ['skip that is false', { skip: false }, 'malformed-field'],
      ['a block', { block: digest('block') }, 'unknown-field'],
    ],
    ['prev', 'skip'],
  )
}

export const certificateMessages = (named: readonly Invalid[], rounds: readonly Invalid[]) => ({
  precommitted: certificate('precommitted', [...named, ...rounds]),
  committed: certificate('committed', [...named, ...rounds]),
  sealed: sealed(named),
  'skip-certificate': skipCertificate(rounds),
})
