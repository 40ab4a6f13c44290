import type { HeightKnowledge, Moment, ReplayedTo, RoundKnowledge } from '../../replay/index.js'
import { aligned } from './columns.js'
import { toJson } from '../kit/index.js'

/** What nodes knew at a moment, for people. */
export const replayedText = ({ moments, unreached }: ReplayedTo): string =>
  [
    ...moments.flatMap((moment, index) => [...(index > 0 ? [''] : []), ...momentLines(moment)]),
    ...unreached.map(
      ({ viewpoint, height }) => `${viewpoint.name}: never came there; it executed up to height ${height}`,
    ),
  ].join('\n')

const momentLines = (moment: Moment): readonly string[] => [
  ...aligned([...summaryRows(moment)]),
  '',
  ...aligned(laneRows(moment), new Set([0, 2, 3, 4])),
  ...roundLines(moment.heights),
  '',
  ...aligned(feedRows(moment), new Set([2, 4])),
]

const summaryRows = ({
  viewpoint,
  received,
  state,
  decided,
  sealed,
  round,
}: Moment): readonly (readonly string[])[] => [
  [
    'viewpoint',
    viewpoint.name === viewpoint.source ? viewpoint.name : `${viewpoint.name}, ${viewpoint.source}`,
  ],
  ['received', receivedText(received)],
  ['height', `${state.height} executed, ${decided} decided, ${sealed} sealed`],
  ['block', `${state.block}${state.round === null ? ', genesis' : `, proposed in round ${state.round}`}`],
  ['state root', state.stateRoot],
  ['  of', `application ${state.roots.application}`],
  ['', `registry ${state.roots.registry}`],
  [
    'transactions',
    `${state.transactions} in this block, ${state.failed} failed; ` +
      `${state.totalTransactions} since genesis, ${state.totalFailed} failed`,
  ],
  ...state.answers.map(({ path, answer }) => [path, toJson(answer)]),
  ...(round ? [['round', roundText(round)]] : []),
]

const receivedText = ({ messages, at, key, from }: Moment['received']): string => {
  if (at === null || key === null) return 'nothing yet'
  return `${messages} messages, the last one at ${new Date(at).toISOString()}: ${short(key)} of ${from ?? ''}`
}

const roundText = ({ height, round, entry }: NonNullable<Moment['round']>): string =>
  `in round ${round} of height ${height}${entry === null ? '' : `, entered by ${short(entry)}`}`

const laneRows = ({ lanes }: Moment): readonly (readonly string[])[] => [
  ['lane', 'validator', 'cut', 'received', 'waiting', 'tip of the cut'],
  ...lanes.map(({ lane, validator, cut, received, isClosed }) => [
    String(lane),
    validator,
    String(cut.sequence),
    String(received),
    isClosed ? 'closed' : String(Math.max(0, received - cut.sequence)),
    cut.sequence === 0 ? '-' : short(cut.tip),
  ]),
]

const roundLines = (heights: readonly HeightKnowledge[]): readonly string[] => {
  const rows = heights.flatMap(({ height, rounds, seals, sealed }) => [
    ...rounds
      .filter((round) => roundCells(round).some((cell) => cell !== '-'))
      .map((round) => [String(height), `round ${round.round}`, ...roundCells(round)]),
    ...(seals.length + sealed.length === 0
      ? []
      : [[String(height), 'seal', '-', namesText(seals), '-', '-', bearersText(sealed)]]),
  ])
  if (rows.length === 0) return []
  const head = ['height', '', 'proposals', 'votes', 'skips', 'commits', 'certificates (by whom)']
  return ['', ...aligned([head, ...rows], new Set([0]))]
}

const roundCells = ({ proposals, precommits, skips, commits, certificates }: RoundKnowledge): string[] => [
  proposals.map(({ key, base }) => `${short(key)}${base >= 0 ? ` of round ${base}` : ''}`).join(' ') || '-',
  namesText(precommits),
  namesText(skips),
  namesText(commits),
  bearersText(certificates),
]

const namesText = (names: readonly string[]): string => names.map(shortName).join(' ') || '-'

/** By type: who published one. */
const bearersText = (certificates: RoundKnowledge['certificates']): string => {
  const types = [...new Set(certificates.map(({ type }) => type))]
  return (
    types
      .map((type) => {
        const by = certificates.filter((certificate) => certificate.type === type)
        return `${type} (${by.map((certificate) => shortName(certificate.by)).join(' ')})`
      })
      .join(', ') || '-'
  )
}

const feedRows = ({ feeds }: Moment): readonly (readonly string[])[] => [
  ['member', 'feed', 'messages', 'last', 'height'],
  ...feeds.map(({ member, role, sequence, key, height }) => [
    member,
    role,
    String(sequence),
    short(key),
    height === null ? '-' : String(height),
  ]),
]

const short = (key: string): string => key.slice(0, 8)

/** `validator-12` is `v12` where many names stand in one row. */
const shortName = (name: string): string => name.replace(/^(v)alidator-|^(m)essagenode-/, '$1$2')
