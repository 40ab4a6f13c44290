import type { AssemblyFacts, AuditReport, LaneFacts } from '../../audit/index.js'
import { pairChart } from '../charts/pairs.js'
import { rateChart } from '../charts/rates.js'
import { strips } from '../charts/strips.js'
import { figure, legend } from '../drawing.js'
import { byName, count, heights, percent } from '../format.js'
import { html, type Markup } from '../markup.js'
import { folded, htmlTable, numberColumn, textColumn } from '../table.js'

/** Whether everybody proposes in turn, and whether every lane gets its part. */
export const fairnessSection = ({ facts: { assembly, lanes } }: AuditReport): Markup =>
  html`<section id="fairness">
    <h2>Assemblers and lanes</h2>
    ${assemblerFigures([...assembly].sort(byName(({ messagenode }) => messagenode)))}
    ${laneFigures([...lanes].sort(byName(({ validator }) => validator)))}
  </section>`

const assemblerFigures = (assembly: readonly AssemblyFacts[]): Markup =>
  html` ${figure(
    'Turns of each Messagenode',
    'Rounds in which it was the assembler, and those that decided with its proposal. The line is an even share of all turns. A lost ' +
      'turn may be the assembler’s doing, the network’s or the voters’.',
    legend([
      ['first', 'turns'],
      ['second', 'decided'],
      ['expected', 'even share'],
    ]),
    pairChart(
      'Bars: turns and decided turns by Messagenode',
      'rounds',
      assembly.map(({ messagenode, turns, decided, expectedTurns, proposed, lost }) => ({
        name: messagenode,
        first: turns,
        second: decided,
        expected: expectedTurns,
        details: `${count(turns)} turns, ${count(proposed)} with a proposal, ${count(decided)} decided, ${count(lost)} lost`,
      })),
      count,
    ),
  )}
  ${figure(
    'Turns that decided',
    'Share with its 95 % interval (Wilson); the line is the share of all Messagenodes together.',
    rateChart('Rates: decided turns by Messagenode', 'share of turns', [
      {
        title: 'decided of turns',
        rows: assembly
          .filter(({ turns }) => turns > 0)
          .map(({ messagenode, rate, interval, expected, turns, decided }) => ({
            ...{ name: messagenode, rate, interval, expected, isSuspicious: interval.high < expected },
            details: `${count(decided)} of ${count(turns)} turns`,
          })),
      },
    ]),
  )}
  ${htmlTable(
    [
      textColumn('Messagenode'),
      ...['turns', 'even share', 'proposed', 'decided', 'lost', 'offered', 'taken'].map(numberColumn),
    ],
    assembly.map(({ messagenode, turns, expectedTurns, proposed, decided, lost, offered, taken }) => [
      messagenode,
      ...[turns, expectedTurns, proposed, decided, lost, offered, taken].map(count),
    ]),
  )}`

const laneFigures = (lanes: readonly LaneFacts[]): Markup =>
  html` ${figure(
    'What lanes offered, and what blocks took',
    'Share of all messages of lanes that were read, and of all that stand in blocks.',
    legend([
      ['first', 'share of messages offered'],
      ['second', 'share of messages in blocks'],
    ]),
    pairChart(
      'Bars: share of messages offered and cut by lane',
      'share of all lanes',
      lanes.map(({ validator, shareOffered, shareCut, offered, cut, transactions }) => ({
        name: validator,
        first: shareOffered,
        second: shareCut,
        expected: null,
        details: `${count(offered)} messages read, ${count(cut)} in blocks, ${count(transactions)} transactions`,
      })),
      percent,
    ),
  )}
  ${figure(
    'How long lanes waited',
    'Decided heights with room for any message that went by before a message’s block: what censorship would show as. Dot: median; ' +
      'tick: p90; circle: most.',
    strips(
      'Strips: heights waited by lane',
      [
        {
          title: 'heights waited',
          rows: lanes.map(({ validator, waited }) => ({ name: validator, summary: waited })),
        },
      ],
      { label: 'heights with room', format: heights, scale: 'counting' },
    ),
  )}
  ${folded(
    'Lanes as a table',
    htmlTable(
      [
        textColumn('validator'),
        ...['messages', 'in blocks', 'transactions', 'share offered', 'share cut', 'waited p99', 'most'].map(
          numberColumn,
        ),
      ],
      lanes.map(({ validator, offered, cut, transactions, shareOffered, shareCut, waited }) => [
        ...[validator, count(offered), count(cut), count(transactions), percent(shareOffered)],
        ...[percent(shareCut), heights(waited.p99), heights(waited.max)],
      ]),
    ),
  )}`
