export * from './membership.js'
export * from './permissions.js'
export * from './registry-admission.js'
export { addressOf, identityOfAddress, type LinkRefusal, linkRefusal, mayLink } from './topology.js'
