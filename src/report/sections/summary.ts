import type { AuditReport } from '../../audit/index.js'
import { count, duration } from '../format.js'
import { html, type Insert, type Markup } from '../markup.js'

const ENDS = {
  undecided: 'no certificate for the next height was read',
  'missing-content': 'the content of the next decided block is in no source',
  diverged: 'the results of the next block are not what a quorum signed',
} as const

/** What was audited, and the answer. */
export const summarySection = (report: AuditReport): Markup => {
  const { clean, chainId, replay, facts, messages, sources, strangers, unchecked } = report
  const proved = report.findings.filter(({ grade }) => grade === 'proof').length
  const evident = report.findings.filter(({ grade }) => grade === 'evident').length
  const verdict = clean
    ? 'Clean: nothing is proved and nothing is evident against anybody.'
    : `Not clean. Findings: ${count(proved)} proved, ${count(evident)} evident.`
  return html`<header>
    <h1>Audit of a BlockFin network</h1>
    <p class="verdict ${clean ? 'good' : 'bad'}">${verdict}</p>
    <dl class="figures">
      ${entry('blocks replayed', count(replay.height - unchecked.height))}
      ${entry('transactions', count(replay.transactions))} ${entry('messages verified', count(messages))}
      ${entry('validators', count(facts.lanes.length))} ${entry('quorum', count(facts.quorum))}
      ${entry('Messagenodes', count(facts.assembly.length))}
      ${entry('rounds lost', count(facts.assembly.reduce((sum, { lost }) => sum + lost, 0)))}
      ${entry('final after, p50', finality(report))}
    </dl>
    <p class="chain">
      Chain <code>${chainId}</code>, state <code>${replay.stateRoot}</code> at height ${count(replay.height)}.
      The replay ended since ${ENDS[replay.end]}.
      ${replay.unjudged > 0 ? `${count(replay.unjudged)} proposals could not be judged from what was read. ` : ''}
      ${unchecked.height > 0 ? `Heights 1 to ${count(unchecked.height)} were not executed here: a quorum sealed the state after them. ` : ''}
      ${unchecked.messages > 0 ? `${count(unchecked.messages)} messages of lanes are gone, and were not read. ` : ''}
      ${strangers > 0 ? `${count(strangers)} messages of feeds that are no member’s were left alone.` : ''}
    </p>
    <ul class="sources">
      ${sources.map(({ name, messages: read }) => html`<li>${name}: ${count(read)} messages</li>`)}
    </ul>
  </header>`
}

const entry = (label: string, value: Insert): Markup =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`

/** By arrival in the first source. */
const finality = ({ facts }: AuditReport): string => {
  const timing = facts.timing.find(({ clock }) => clock === 'arrival') ?? facts.timing[0]
  return duration(timing?.decision.p50 ?? null)
}
