/** Keys, signatures and addresses. Public API; pure. */
export {
  type AddressPrefixes,
  decodeAddress,
  type DecodedAddress,
  decodePrivateKey,
  type Destination,
  destinationOf,
  destinationOfKey,
  destinationOfScript,
  encodeAddress,
  encodeConfidentialAddress,
  encodePrivateKey,
  prefixesOf,
  type PrivateKey,
  scriptOfDestination,
} from './address.js'
export { hasLowS, isPublicKey, isStrictDer, publicKeyOf, signDigest, verifyDigest } from './signature.js'
export {
  addToPrivateKey,
  contractHashOf,
  tweakPrivateKey,
  tweakPublicKey,
  untweakPublicKey,
} from './tweak.js'
