import { destinationKey, isDerived, type RegisteredAddress } from '../../chain/index.js'
import { decodeAddress, destinationOfKey, isPublicKey } from '../../keys/index.js'
import type { JsonObject } from '../../json/index.js'
import { type Calls, type Parameters, RPC, RpcError } from '../../rpc/index.js'
import { fromHex, isCoded, toHex } from '../../../util/index.js'
import { readLines, writeLines } from '../files.js'
import type { OceanNode } from '../ocean-node.js'
import { addressText } from './address.js'

/** Addresses with the keys they come from, shown, written to files and read from them. */

interface Pair {
  readonly address: string
  readonly baseKey: string
}

/** The keys that wait in the pool: those that a whitelist has to know before anybody is paid to them. */
const poolPairs = (node: OceanNode): readonly Pair[] => {
  const { ring } = node.wallet
  return ring.pool
    .flatMap((index) => {
      const publicKey = ring.publicKeyAt(index)
      if (!publicKey) return []
      const destination = destinationOfKey(publicKey)
      const base = ring.knownKey(destination.hash)?.derived?.baseKey
      return base ? [{ address: addressText(destination, node), baseKey: toHex(base) }] : []
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1))
}

const show = (_given: Parameters, node: OceanNode): JsonObject => {
  const pairs = poolPairs(node)
  return { address: pairs.map(({ address }) => address), bpubkey: pairs.map(({ baseKey }) => baseKey) }
}

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '')

const headOf = (node: OceanNode): readonly string[] => {
  const { hash, header } = node.chain.tip
  return [
    '# Derived key dump created by Bitcoin v2.1.1.1-unk',
    `# * Created on ${dateOf(node.now())}`,
    `# * Best block at time of backup was ${header.height} (${hash}),`,
    `#   mined on ${dateOf(header.time)}`,
    '',
  ]
}

const END = ['', '# End of dump']

const dump = (given: Parameters, node: OceanNode): null => {
  const lines = poolPairs(node).map(({ address, baseKey }) => `${address} ${baseKey}`)
  writeLines(given.text(0), [...headOf(node), ...lines, ...END], node)
  return null
}

/** Undefined for a line that names no address and key. */
const listedIn = (line: string, node: OceanNode): RegisteredAddress | undefined => {
  const [text = '', key = ''] = line.split(' ')
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(key) ? fromHex(key.toLowerCase()) : new Uint8Array(0)
  if (!isPublicKey(bytes)) return undefined
  try {
    return { ...decodeAddress(text, node.parameters.prefixes), baseKeys: [bytes], required: 1 }
  } catch (error) {
    if (isCoded(error)) return undefined
    throw error
  }
}

/** Every pair of a file, checked. @throws the refusal for the first that does not follow from its key */
const pairsAt = (given: Parameters, node: OceanNode, refusal: RpcError): readonly RegisteredAddress[] =>
  readLines(given.text(0), node).map((line) => {
    const listed = listedIn(line, node)
    if (listed && isDerived(listed, node.parameters.contractHash)) return listed
    throw refusal
  })

const WRONG_TWEAK = 'Invalid key derivation when tweaking key with contract hash'
const NOT_DERIVED = 'Set: address does not derive from public key when tweaked with contract hash'

const validate = (given: Parameters, node: OceanNode): null => {
  pairsAt(given, node, new RpcError(RPC.keyDerivation, WRONG_TWEAK))
  return null
}

const read = (given: Parameters, node: OceanNode): null => {
  if (given.has(1)) {
    // The real node's own refusal (recordings, 04a): only an encrypted whitelist takes a key here.
    const words = 'kycpubkey argument not implemented for unencrypted whitelist'
    throw new RpcError(RPC.parameter, words)
  }
  const { whitelist } = node.chain.lists
  for (const listed of pairsAt(given, node, new RpcError(RPC.misc, NOT_DERIVED))) {
    whitelist.add(destinationKey(listed))
  }
  return null
}

const dumpList = (given: Parameters, node: OceanNode): null => {
  const addresses = node.chain.lists.whitelist.addresses.map((key) => {
    const [type, hash = ''] = key.split(':')
    const hashed = { type: type === 'keyHash' ? 'keyHash' : 'scriptHash', hash: fromHex(hash) } as const
    return addressText(hashed, node)
  })
  const head = '# Whitelisted address dump - format: [address] [kyckey]'
  writeLines(given.text(0), [head, ...addresses.sort(), ...END], node)
  return null
}

export const derivedKeyCalls: Calls<OceanNode> = {
  getderivedkeys: show,
  dumpderivedkeys: dump,
  validatederivedkeys: validate,
  readwhitelist: read,
  dumpwhitelist: dumpList,
}
