/** Bounds of what a feed may carry. The gate enforces them, so that nothing behind it meets a larger number. */

/** UTF-16 code units of a whole message as pretty-printed JSON; SSB's receivers refuse more. */
export const MESSAGE_SIZE_LIMIT = 8192

/** Protocol section 3. */
export const TRANSACTIONS_PER_MESSAGE_LIMIT = 64

/** Protocol section 1: n and m, which bound every list with one entry per member. */
export const VALIDATOR_LIMIT = 100
export const MESSAGENODE_LIMIT = 16

/** A precommit lists the first failed positions only; its xRoot binds them all. */
export const LISTED_EXCEPTIONS_LIMIT = 64

/** Bytes of a proof in one `evidence` message: in base64, and with all else that a message holds, they fit its limit. */
export const EVIDENCE_PART_LIMIT = 5_400

/** A proof of two maximal messages, each unit of them three bytes of UTF-8, and of a hundred culprits. */
export const EVIDENCE_PARTS_LIMIT = 16

/** Heights are hashed as u64 and must stay exact as a JSON number. Genesis is height 0 and in no message. */
export const HEIGHT_MAX = Number.MAX_SAFE_INTEGER

/** Rounds, sequences, transaction counts and positions are hashed as u32. */
export const U32_MAX = 2 ** 32 - 1
