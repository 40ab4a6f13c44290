import { describeFinding } from '../../audit/index.js'
import type { BlockLife, Done, Ground, LifeEvent, Said } from '../../replay/index.js'
import { aligned } from './columns.js'

/** The life of a block for people: what stands above its timeline, and a line for each event. */
export interface LifeText {
  readonly head: readonly string[]
  readonly columns: string
  /** One for each event. */
  readonly lines: readonly string[]
  readonly foot: readonly string[]
}

/** More viewpoints than these have no column of their own: `--json` has them all. */
const VIEWPOINT_COLUMNS = 6

export const lifeText = (life: BlockLife): LifeText => {
  const zero = zeroOf(life)
  const others = life.viewpoints.slice(1, VIEWPOINT_COLUMNS)
  const head = ['', 'ms', ...others.map(({ name }) => name), 'who', 'does', 'what', 'message', 'why']
  const rows = folded(life.events).map((event) => rowOf(event, zero, others.length, life))
  const toTheRight = new Set([1, ...others.keys()].map((column, index) => (index === 0 ? 1 : column + 2)))
  const [columns = '', ...lines] = aligned([head, ...rows], toTheRight)
  return { head: headOf(life, zero), columns, lines, foot: footOf(life) }
}

export const wholeText = ({ head, columns, lines, foot }: LifeText): string =>
  [...head, '', columns, ...lines, ...foot].join('\n')

/** Of each lane, only the last message that the block takes: a full block has hundreds. */
const folded = (events: readonly LifeEvent[]): readonly LifeEvent[] => {
  const isContent = (event: LifeEvent): event is Said => event.event === 'said' && event.kind === 'content'
  return events.flatMap((event): readonly LifeEvent[] => {
    if (!isContent(event)) return [event]
    const lane = events.filter(isContent).filter(({ member }) => member === event.member)
    const about = lane.length === 1 ? '1 lane message' : `${lane.length} lane messages`
    return event.sequence === Math.max(...lane.map(({ sequence }) => sequence)) ? [{ ...event, about }] : []
  })
}

/** When the first proposal was received, else the first message. */
const zeroOf = ({ events }: BlockLife): number =>
  events.find(({ kind, at }) => kind === 'proposal' && at !== null)?.at ??
  events.find(({ at }) => at !== null)?.at ??
  0

const OUTCOMES: Readonly<Record<BlockLife['outcome'], string>> = {
  sealed: 'decided, executed and sealed',
  executed: 'decided and executed; no seal certificate is in the sources',
  undecided: 'not decided: no commit certificate is in the sources',
  'missing-content': 'decided, but its proposal or content is in no source',
  diverged: 'decided with other results than its block has',
}

const headOf = (life: BlockLife, zero: number): readonly string[] => {
  const { height, outcome, block, viewpoints, quorum, validators } = life
  return aligned([
    ['height', `${height}, ${OUTCOMES[outcome]}`],
    ...(block
      ? [
          ['block', `${block.id}, decided in round ${block.round}`],
          ['parent', block.parent],
          ['state root', block.stateRoot],
          ['transactions', `${block.transactions}, ${block.failed} failed`],
        ]
      : []),
    ['quorum', `${quorum} of ${validators} validators`],
    ...viewpoints.map(({ name, source }, index) => [
      index === 0 ? 'seen by' : '',
      name === source ? name : `${name}, ${source}`,
    ]),
    ['ms 0', `${new Date(zero).toISOString()} by the clock of ${viewpoints[0]?.name ?? ''}`],
  ])
}

const rowOf = (event: LifeEvent, zero: number, others: number, life: BlockLife): readonly string[] =>
  event.event === 'said' ? saidRow(event, zero, others) : doneRow(event, zero, others, life)

const saidRow = (said: Said, zero: number, others: number): readonly string[] => [
  said.allowed === false ? '!' : said.allowed === null ? '?' : '',
  ...Array.from({ length: others + 1 }, (_, viewpoint) =>
    sinceText(said.seen.find((sighting) => sighting.viewpoint === viewpoint)?.at ?? null, zero),
  ),
  said.member,
  said.round === null ? said.kind : `${said.kind} ${said.round}`,
  said.about,
  said.key.slice(0, 8),
  [...said.grounds.map(groundText), ...said.charges.map(({ code, grade }) => `${code} (${grade})`)].join(
    '; ',
  ),
]

const doneRow = (
  { kind, round, member, viewpoint, at, cause }: Done,
  zero: number,
  others: number,
  { height, quorum }: BlockLife,
): readonly string[] => [
  '',
  ...Array.from({ length: others + 1 }, (_, index) => (index === viewpoint ? sinceText(at, zero) : '')),
  member,
  `> ${kind}`,
  '',
  cause.slice(0, 8),
  DEEDS[kind](height, round, quorum),
]

const DEEDS: Readonly<
  Record<Done['kind'], (height: number, round: number | null, quorum: number) => string>
> = {
  entered: (height, round) =>
    round === 0 ? `rule 5: height ${height - 1} decided` : `rule 4: now in round ${String(round)}`,
  decided: (_height, _round, quorum) => `rule 5: ${quorum} commits, irrevocable`,
  executed: () => 'its content is here',
  sealed: () => 'the stable checkpoint',
}

const groundText = ({ rule, words }: Ground): string => (rule === null ? words : `rule ${rule}: ${words}`)

const sinceText = (at: number | null, zero: number): string =>
  at === null ? '-' : (at - zero).toFixed(Number.isInteger(at - zero) ? 0 : 1)

const footOf = ({ charges }: BlockLife): readonly string[] =>
  charges.length === 0
    ? ['', 'nothing at this height broke a rule']
    : [
        '',
        ...charges.map(({ code, grade, culprits, messages }) => {
          const who = [...new Set(culprits.map(({ name }) => name))].join(', ') || 'nobody in particular'
          const keys = messages.map((key) => key.slice(0, 8)).join(' ')
          return `!  ${who} ${describeFinding(code)}: ${code} (${grade})  ${keys}`
        }),
      ]
