import { explore } from './explore.js'
import { FIGURES } from './figures.js'
import { MUTANTS } from './mutants.js'
import { disagreement, protocolRules, violation } from './rules.js'

/** `npm run model`: the whole voting model with its figures, and the shortest disagreement of every mutant. */
for (const { validators, rounds } of FIGURES) {
  const began = performance.now()
  const { states, counterexample } = explore(protocolRules(validators, rounds), violation)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  const found =
    counterexample === undefined ? 'no violation' : `${counterexample.broken}: ${counterexample.votes}`
  console.log(`n=${validators}, ${rounds} rounds: ${states.size} states, ${found}, ${seconds} s`)
  if (counterexample !== undefined) process.exitCode = 1
}
for (const { name, rules } of MUTANTS) {
  const { states, counterexample } = explore(rules, disagreement)
  if (counterexample === undefined) process.exitCode = 1
  const found =
    counterexample === undefined ? 'NOT CAUGHT' : `${counterexample.broken} (${counterexample.votes})`
  console.log(`without a rule, ${name}: ${found}, after ${states.size} states`)
}
