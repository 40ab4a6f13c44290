import type { ScenarioName } from './scenarios.js'
import { SCENARIOS } from './scenarios.js'
import type { StackName } from './stacks.js'
import { loadStack } from './stacks.js'

/** Entry point of the process that `play` starts: plays one scenario on one stack and prints its facts. */
const [scenario, stack] = process.argv.slice(2) as [ScenarioName, StackName]
const facts = await SCENARIOS[scenario](await loadStack(stack))
process.stdout.write(`facts ${JSON.stringify(facts)}\n`, () => process.exit(0))
