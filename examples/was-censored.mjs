/**
 * Was a validator censored? Audits an archive, and says of one validator how often each Messagenode left out its votes
 * and its lane, beside what the others do, and what the audit makes of it.
 *
 *   node examples/was-censored.mjs feeds.bfa validator-1 [application.mjs]
 *
 * Exit code 0: no sign of it; 1: there is one.
 */
import { audit } from 'blockfin'

import { openForAudit } from './archive-sources.mjs'

const [path, name, applicationFile] = process.argv.slice(2)
if (!path || !name) throw new Error('usage: was-censored.mjs ARCHIVE VALIDATOR [APPLICATION]')

const { archive, ...options } = await openForAudit(path, applicationFile)
const validator = options.network.genesis.validators.find((each) => each.name === name)
if (!validator) throw new Error(`${name} is no validator of this network`)
const lane = validator.roles['transaction-validator']

const report = await audit(options)
await archive.close()

/** Codes that speak of somebody being left out, and where they name the one. */
const signs = report.findings.filter(({ code, facts }) => {
  if (code === 'censorship') return facts.feed === lane
  if (code === 'vote-exclusion' || code === 'lane-exclusion') return facts.validator === name
  return code === 'have-behind-seen'
})

const percent = (share) => `${Math.round(share * 100)} %`
for (const each of report.facts.exclusions.filter(({ validator: of }) => of === name)) {
  const what = each.of === 'lane' ? 'lane' : `${each.stage} votes`
  console.log(
    `${each.messagenode} left out its ${what} ${each.excluded} of ${each.trials} times (${percent(each.rate)}), ` +
      `expected ${percent(each.expected)}, chance ${each.chance.toExponential(1)}`,
  )
}
for (const { code, grade, culprits } of signs) {
  console.log(`${grade}: ${code}${culprits.map((culprit) => ` by ${culprit.name}`).join()}`)
}
console.log(
  signs.length === 0
    ? `no sign that ${name} was censored, in ${report.replay.height} blocks`
    : `${name} was left out`,
)
process.exitCode = signs.length === 0 ? 0 : 1
