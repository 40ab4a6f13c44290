import { type ChainConfiguration, type ListName, POLICY_ASSETS, type PolicyRules } from '../chain/index.js'
import { bytesOfHex } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'

/** From `ocean.conf` to what the rules are asked with. */

const bytesOf = (hex: string | undefined): Uint8Array | undefined =>
  hex === undefined ? undefined : bytesOfHex(hex.replace(/^0x/, ''))

const given = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Partial<Record<K, V>>)

/** @param contractHash printed order, of the contract file */
export const chainConfiguration = (
  { chain, node }: OceanConf,
  contractHash: string | undefined,
): ChainConfiguration => {
  const scripts = chain.policyCoins.flatMap(({ policy, destination }) => {
    const asset = POLICY_ASSETS.find((name) => name.toLowerCase() === policy)
    return asset ? [[asset, bytesOfHex(destination)] as const] : []
  })
  return {
    chain: chain.name,
    signBlockScript: bytesOfHex(chain.signBlockScript),
    fedpegScript: bytesOfHex(chain.fedpegScript),
    ...given('parentContract', bytesOf(chain.parentContract)),
    ...given('fedpegAddress', chain.fedpegAddress),
    ...given('issueControlScript', bytesOf(chain.issueControlScript)),
    ...given('parentGenesisHash', chain.parentGenesisHash),
    ...given('attestationHash', chain.attestationHash),
    ...given('initialFreeCoins', chain.freeCoins?.satoshis),
    ...given('initialFreeCoinsScript', bytesOf(chain.freeCoins?.destination)),
    ...given('policyCoins', chain.policyCoins[0]?.satoshis),
    policyCoinScripts: Object.fromEntries(scripts),
    ...given('mandatoryCoinbase', bytesOf(node.coinbaseScript)),
    ...given('contractHash', contractHash),
    challengeChanges: node.signBlockScriptChanges.map(({ script, height }) => ({
      script: bytesOfHex(script),
      height,
    })),
  }
}

export const policyRules = ({ node: { policy } }: OceanConf): PolicyRules => ({
  pkhWhitelist: policy.whitelist,
  freezeList: policy.freezelist,
  burnList: policy.burnlist,
  issuanceBlock: policy.issuanceBlock,
  frozenInputs: 'all',
})

/** A node follows the chain's entries of the lists that it enforces. */
export const followedLists = ({ node: { policy } }: OceanConf): ReadonlySet<ListName> =>
  new Set([
    ...(policy.whitelist ? (['whitelist'] as const) : []),
    ...(policy.freezelist ? (['freezelist'] as const) : []),
    ...(policy.burnlist ? (['burnlist'] as const) : []),
  ])
