import type { AuditReport } from '../audit/index.js'
import { sha256 } from '../feeds/index.js'
import { toBase64, utf8 } from '../util/index.js'
import { html, Markup } from './markup.js'
import { SCRIPT } from './script.js'
import { exclusionSection } from './sections/exclusions.js'
import { fairnessSection } from './sections/fairness.js'
import { findingSection } from './sections/findings.js'
import { latencySection } from './sections/latency.js'
import { methodSection } from './sections/method.js'
import { participationSection } from './sections/participation.js'
import { pipelineSection } from './sections/pipeline.js'
import { summarySection } from './sections/summary.js'
import { STYLE } from './style.js'

/** Everything from outside is forbidden, and inside everything but these two texts. */
const hashOf = (text: string): string => `'sha256-${toBase64(sha256(utf8(text)))}'`
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`

/** To the byte, since the policy names its hash. */
const element = (name: 'style' | 'script', text: string): Markup => new Markup(`<${name}>${text}</${name}>`)

/** A page that needs nothing but itself: what an audit found, with its charts. Equal reports give equal pages. */
export const reportPage = (report: AuditReport): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>BlockFin audit, ${report.chainId.slice(0, 12)}, height ${report.replay.height}</title>
        ${element('style', STYLE)}
      </head>
      <body>
        ${summarySection(report)}
        <nav aria-label="sections">
          <ul>
            ${SECTIONS.map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>`)}
          </ul>
        </nav>
        <main>
          ${findingSection(report)} ${pipelineSection(report)} ${participationSection(report)}
          ${latencySection(report)} ${fairnessSection(report)} ${exclusionSection(report)} ${methodSection()}
        </main>
        ${element('script', SCRIPT)}
      </body>
    </html> `.text

const SECTIONS = [
  ['findings', 'Findings'],
  ['pipeline', 'Block pipeline'],
  ['participation', 'Participation'],
  ['latency', 'Latency'],
  ['fairness', 'Assemblers and lanes'],
  ['exclusions', 'Exclusions'],
  ['method', 'Method'],
] as const
