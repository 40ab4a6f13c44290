import { rememberingVerify } from '../../../src/node/verify.js'
import type { FeedId } from '../../../src/feeds/index.js'
import {
  type ChainParameters,
  DEFAULT_PARAMETERS,
  type FeedRole,
  type NodeIdentity,
  sign,
} from '../../../src/roles/index.js'
import { feedIdBytes } from '../../../src/feeds/index.js'
import { fromBase64 } from '../../../src/util/index.js'
import { testNetwork } from '../network.js'
import type { Scenario } from '../simulation/index.js'
import type { Cast } from '../simulation/members.js'
import type { KeyPair } from '../simulation/signatures.js'

export interface SignedCast extends Cast {
  /** The signed network file, as it goes into an archive. */
  readonly networkText: string
}

/** Good signatures of all runs of a process; the same one is verified by every node, and by the audit. */
const verify = rememberingVerify()

/** A cast with a signed network file, endorsed role keys and real ed25519: what it writes, anyone can verify. */
export const signedCastOf = ({ validators, messagenodes, parameters }: Scenario): SignedCast => {
  const { members, network, file } = testNetwork({
    validators,
    messagenodes,
    parameters: wholeOf(parameters),
  })
  const keys = new Map<string, KeyPair>()
  for (const { owner, roles } of members) {
    keys.set(nameOf(owner.id, 'main'), keyPairOf(owner))
    for (const role of roles) keys.set(nameOf(owner.id, role.role), keyPairOf(role))
  }
  return {
    network,
    networkText: `${JSON.stringify(file, null, 2)}\n`,
    scheme: { keyPair: (seed) => keyOf(seed), verify },
    names: new Map([
      ...network.genesis.validators.map(({ id }, index) => [id, `v${index}`] as const),
      ...network.genesis.messagenodes.map(({ id }, index) => [id, `m${index}`] as const),
    ]),
    keyOf: (member, role) => keyOf(nameOf(member, role)),
  }

  function keyOf(name: string): KeyPair {
    const key = keys.get(name)
    if (!key) throw new RangeError(`nobody has the key ${name}`)
    return key
  }
}

const nameOf = (member: FeedId, role: FeedRole): string => `${member}/${role}`

const keyPairOf = (identity: NodeIdentity): KeyPair => ({
  publicKey: feedIdBytes(identity.id),
  sign: (bytes) => fromBase64(sign(identity, bytes)),
})

/** Times are whole milliseconds in a network file; a simulation also draws others. */
const wholeOf = (parameters: Partial<ChainParameters>): Partial<ChainParameters> => {
  const { minMs, maxMs, initialMs } = parameters.roundTimeout ?? DEFAULT_PARAMETERS.roundTimeout
  return {
    ...parameters,
    roundTimeout: { minMs: Math.round(minMs), maxMs: Math.round(maxMs), initialMs: Math.round(initialMs) },
  }
}
