/** Bounds of the format (docs/archive-format.md): checked before memory is taken, so that no file can ask for more. */

const KIB = 1024
const MIB = 1024 * KIB

/** A member is closed by the line that brings its text to this. */
export const MEMBER_TEXT_TARGET = 256 * KIB

/** UTF-8 bytes of one line with its end. */
export const LINE_LIMIT = MIB

/** Inflated bytes of one member: the target, and the longest line that may have crossed it. */
export const MEMBER_TEXT_LIMIT = MEMBER_TEXT_TARGET + LINE_LIMIT

/** Bytes of a whole member: deflate makes nothing longer by more than five bytes for each 16 KiB. */
export const MEMBER_LIMIT = MEMBER_TEXT_LIMIT + 64 * KIB

/** Text of the index, all members together: room for some 200,000 of them, or 50 GiB of text. */
export const INDEX_TEXT_LIMIT = 64 * MIB

/** UTF-16 units of the network file in one line, and of all of it. */
export const NETWORK_PART_SIZE = 64 * KIB
export const NETWORK_TEXT_LIMIT = 16 * MIB

/** UTF-16 units of one file of evidence. No proof is longer. */
export const EVIDENCE_TEXT_LIMIT = 128 * KIB

/** Members of a network whose replicas may stand in one archive. */
export const REPLICA_LIMIT = 1024
