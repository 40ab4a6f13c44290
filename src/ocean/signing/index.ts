/** From keys to scripts of inputs. Public API; pure. */
export { eitherOf, type KeySource, keySourceOf, type SigningKey, signingKeyOf } from './key-source.js'
export { type Signed, type SigningRequest, signTransaction, type UnsignedInput } from './sign-transaction.js'
export { scriptOfStack, type Sign, unlockingStack } from './unlock.js'
