/**
 * Thresholds (protocol section 1): f = floor((n-1)/3) validators may be Byzantine, and every stage takes
 * q = floor(2n/3)+1 signatures, so that two quorums always share a correct validator: 2q - n >= f + 1.
 */

/** Byzantine validators that `validators` of them tolerate. */
export const faultyOf = (validators: number): number => Math.floor((validators - 1) / 3)

/** Signatures that make a certificate, at every stage. */
export const quorumOf = (validators: number): number => Math.floor((2 * validators) / 3) + 1

/** Default of f_m: a minority of the Messagenodes. Safety never depends on it. */
export const faultyMessagenodesOf = (messagenodes: number): number => Math.floor((messagenodes - 1) / 2)
