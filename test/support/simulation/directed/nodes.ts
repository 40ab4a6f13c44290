import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'

/** @throws RangeError if there is no node of this name */
export const nodeNamed = ({ nodes }: World, name: string): SimulatedNode => {
  const node = nodes.find((candidate) => candidate.name === name)
  if (!node) throw new RangeError(`no node ${name}`)
  return node
}
