import { type AuditReport, VOTE_STAGES } from '../../audit/index.js'
import { heatMap, SHARES } from '../charts/heat-map.js'
import { strips } from '../charts/strips.js'
import { figure, legend } from '../drawing.js'
import { byName, count, heights, percent } from '../format.js'
import { html, type Markup } from '../markup.js'
import { htmlTable, numberColumn, textColumn } from '../table.js'

const ROLES = {
  precommitter: 'precommits',
  committer: 'commits',
  sealer: 'seals',
} as const

/** Who voted where, and how far behind. */
export const participationSection = ({ facts, replay, unchecked }: AuditReport): Markup => {
  const replayed = replay.height - unchecked.height
  const validators = facts.lanes
    .map(({ validator }, index) => ({ name: validator, index }))
    .sort(byName(({ name }) => name))
  return html`<section id="participation">
    <h2>Participation</h2>
    ${figure(
      'Heights with a vote of each validator',
      'A vote that is missing was not sent, not delivered or not needed: nobody can tell which. The last ' +
        'heights may lack votes that were under way.',
      legend(SHARES.map(([, className, label]) => [className, label] as const)),
      ...VOTE_STAGES.map(
        (stage) =>
          html`<h4>${stage}</h4>
            ${heatMap(validators, facts.participation, stage)}`,
      ),
    )}
    ${htmlTable(
      [
        textColumn('validator'),
        ...VOTE_STAGES.flatMap((stage) => [
          numberColumn(`${stage}: given`),
          numberColumn('missed'),
          numberColumn('late'),
        ]),
        numberColumn('all votes'),
      ],
      validators.map(({ name }) => {
        const votes = VOTE_STAGES.map((stage) =>
          facts.votes.find((each) => each.validator === name && each.stage === stage),
        )
        const given = votes.reduce((sum, each) => sum + (each?.given ?? 0), 0)
        const share = replayed === 0 ? '–' : percent(given / (VOTE_STAGES.length * replayed))
        const cells = votes.flatMap((each) =>
          [each?.given ?? 0, each?.missed ?? 0, each?.late ?? 0].map(count),
        )
        return [name, ...cells, share]
      }),
    )}
    ${figure(
      'How far votes were behind',
      'Decided heights that a vote was behind when it arrived, in the order of the sources. Dot: median; thick: middle half; thin: ' +
        'up to p99; tick: p90; circle: most.',
      strips(
        'Strips: lag of votes by validator',
        Object.entries(ROLES).map(([role, title]) => ({
          title,
          rows: facts.lag
            .filter((each) => each.role === role)
            .map((each) => ({ name: each.member, summary: each }))
            .sort(byName(({ name }) => name)),
        })),
        { label: 'heights behind', format: heights, scale: 'counting' },
      ),
    )}
  </section>`
}
