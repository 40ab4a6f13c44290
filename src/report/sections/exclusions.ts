import { type AuditReport, type ExclusionFacts, VOTE_STAGES } from '../../audit/index.js'
import { rateChart } from '../charts/rates.js'
import { figure, legend } from '../drawing.js'
import { chance, count, percent } from '../format.js'
import { html, type Markup } from '../markup.js'
import { folded, htmlTable, numberColumn, textColumn } from '../table.js'

/** Rows of a panel, and of the table: those that chance explains least. */
const ROWS = 24
const TABLE_ROWS = 400
/** Drawn in the colour of suspicion: far below what a finding needs, and no accusation. */
const UNLIKELY = 1e-3

const PANELS = [
  ...VOTE_STAGES.map((stage) => [stage, `${stage} votes left out of certificates`] as const),
  [null, 'lanes left out of blocks with room'] as const,
]

/** Whom Messagenodes leave out, and how often chance would. */
export const exclusionSection = ({ facts: { exclusions } }: AuditReport): Markup => {
  const sorted = [...exclusions].sort((a, b) => a.chance - b.chance || b.rate - a.rate)
  const isCropped = PANELS.some(([stage]) => exclusions.filter((each) => each.stage === stage).length > ROWS)
  return html`<section id="exclusions">
    <h2>Exclusions</h2>
    ${figure(
      'How often each Messagenode left out each validator',
      'Share of the certificates, or of free choices with room, that could have counted the vote or taken the lane and did not. Whisker: 95 ' +
        '% interval (Wilson) of each rate by itself; line: expectation, from the other Messagenodes or from a certificate needing no more ' +
        'than a quorum. Among many rates some are unlikely by chance; a slow link looks the same as a grudge.' +
        (isCropped ? ` Of each kind the ${ROWS} that chance explains least are drawn.` : ''),
      legend([
        ['rate-dot', 'rate'],
        ['expected', 'expected'],
        ['suspicious-dot', 'chance below one in a thousand'],
      ]),
      rateChart(
        'Rates: exclusions by Messagenode and validator',
        'share left out',
        PANELS.map(([stage, title]) => ({
          title,
          rows: sorted
            .filter((each) => each.stage === stage)
            .slice(0, ROWS)
            .map((each) => ({
              ...{
                name: `${each.messagenode} – ${each.validator}`,
                rate: each.rate,
                interval: each.interval,
              },
              ...{ expected: each.expected, isSuspicious: each.chance < UNLIKELY, details: detailsOf(each) },
            })),
        })),
      ),
    )}
    ${folded(
      `Exclusions as a table${sorted.length > TABLE_ROWS ? `: the ${TABLE_ROWS} that chance explains least of ${count(sorted.length)}` : ''}`,
      htmlTable(
        [
          ...['Messagenode', 'validator', 'of'].map(textColumn),
          ...['trials', 'left out', 'rate', 'interval', 'expected', 'chance'].map(numberColumn),
        ],
        sorted
          .slice(0, TABLE_ROWS)
          .map(
            ({ messagenode, validator, stage, trials, excluded, rate, interval, expected, chance: odds }) => [
              ...[messagenode, validator, stage ?? 'lane', count(trials), count(excluded), percent(rate)],
              ...[`${percent(interval.low)} to ${percent(interval.high)}`, percent(expected), chance(odds)],
            ],
          ),
      ),
    )}
  </section>`
}

const detailsOf = ({ excluded, trials, chance: odds }: ExclusionFacts): string =>
  `${count(excluded)} of ${count(trials)}; chance of so many or more ${chance(odds)}`
