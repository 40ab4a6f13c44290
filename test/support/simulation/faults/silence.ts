import { SILENT } from '../behaviour.js'
import type { Fault } from './fault.js'

/** Nodes that hear and relay everything and never say a word of their own. */
export const silence = (names: readonly string[]): Fault => ({
  name: 'silence',
  install(world) {
    for (const node of world.nodes) if (names.includes(node.name)) node.behaviour = SILENT
  },
})
