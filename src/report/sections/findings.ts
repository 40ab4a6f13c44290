import { type AuditFinding, type AuditReport, describeFinding } from '../../audit/index.js'
import { count } from '../format.js'
import { html, type Markup } from '../markup.js'
import { folded, htmlTable, numberColumn, textColumn } from '../table.js'

/** What convicts nobody can be told of many times: a page shows so many, the tables all. */
const ROWS = 500

/** Who broke which rule. */
export const findingSection = ({ findings }: AuditReport): Markup =>
  html` <section id="findings">
    <h2>Findings</h2>
    ${
      findings.length === 0
        ? html`<p class="nothing">
            None: every signature, hash, certificate, result and state agrees with the rules.
          </p>`
        : htmlTable(
            [
              textColumn('grade'),
              textColumn('finding'),
              textColumn('culprits'),
              numberColumn('height'),
              numberColumn('times'),
            ],
            findings.slice(0, ROWS).map(rowOf),
          )
    }
    ${findings.length > ROWS ? html`<p>${count(ROWS)} of ${count(findings.length)} are shown; the tables hold all.</p>` : null}
    <p class="note">
      <span class="grade proof">proof</span> convinces anyone who holds the network file.
      <span class="grade evident">evident</span> is recomputed from the same feeds, or shows in numbers.
      <span class="grade not-attributable">not attributable</span> blames nobody.
    </p>
  </section>`

const rowOf = ({ code, grade, culprits, height, count: times, expected, facts, messages }: AuditFinding) => [
  html`<span class="grade ${grade}">${grade === 'not-attributable' ? 'not attributable' : grade}</span>`,
  html`<strong>${code}</strong>: ${describeFinding(code)}. ${expected}
    ${folded('facts', html`<pre>${JSON.stringify({ ...facts, messages }, null, 1)}</pre>`)}`,
  culprits.length === 0
    ? 'nobody in particular'
    : html`${culprits.map(({ name, role, owner }) => html`<div>${name}, as ${role}<br /><code>${owner}</code></div>`)}`,
  height === null ? '–' : count(height),
  count(times),
]
