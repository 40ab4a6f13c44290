export { type RunningNode, startNode, type StartOptions } from './start-node.js'
