import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Facts, ScenarioName } from './scenarios.js'
import type { StackName } from './stacks.js'

const main = fileURLToPath(new URL('play-main.ts', import.meta.url))
const run = promisify(execFile)

/** Plays a scenario on the stack as shipped and on ours, in two processes. */
export const playOnBoth = async <Name extends ScenarioName>(
  scenario: Name,
): Promise<Record<StackName, Facts<Name>>> => {
  const [stock, cured] = await Promise.all([play(scenario, 'stock'), play(scenario, 'cured')])
  return { stock, cured }
}

const play = async <Name extends ScenarioName>(scenario: Name, stack: StackName): Promise<Facts<Name>> => {
  const options = ['--expose-gc', '--import', 'tsx', main, scenario, stack]
  const { stdout } = await run(process.execPath, options, { timeout: 45_000 })
  const line = stdout.split('\n').find((text) => text.startsWith('facts '))
  if (line === undefined) throw new Error(`${scenario} on ${stack} printed no facts`)
  return JSON.parse(line.slice('facts '.length)) as Facts<Name>
}
