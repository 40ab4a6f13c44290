/** The rules of an Ocean chain, as pure functions of what is known. Public API. */
export { challengeAt, type Genesis, genesisOf } from './genesis.js'
export {
  type ChainConfiguration,
  type ChainParameters,
  DEFAULT_PARENT_GENESIS,
  DOMAIN_ASSET_LABEL,
  POLICY_ASSETS,
  type PolicyAsset,
} from './parameters.js'
