import { blockchain } from './blockchain.js'
import { control } from './control.js'
import { generating } from './generating.js'
import { mining } from './mining.js'
import { network } from './network.js'
import { rawtransactions } from './rawtransactions.js'
import { util } from './util.js'
import { wallet } from './wallet.js'
import type { Command, Section } from './command.js'

export type { Command, Section } from './command.js'

/** In the order of a real node's help. Its calls for guardnodes and for KYC are not here: nothing answers them yet. */
export const SECTIONS: readonly Section[] = [
  blockchain,
  control,
  generating,
  mining,
  network,
  rawtransactions,
  util,
  wallet,
]

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  SECTIONS.flatMap(({ commands }) => commands.map((command) => [command.name, command])),
)
