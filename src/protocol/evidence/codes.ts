/**
 * Behaviour that two messages, or one, prove to anyone who holds the network file (protocol section 8, grade P). Each
 * sentence completes "This member ...". The messages of each code stand in `rules.ts`.
 */
export const EVIDENCE_CODES = {
  'feed-fork': 'signed two messages for one place in its feed',
  'double-precommit': 'precommitted two values in one round',
  'double-commit': 'committed to two values in one round',
  'double-seal': 'sealed two values at one height',
  'commit-and-skip': 'committed to a round that it also skipped',
  'double-proposal': 'proposed twice in one round',
  'wrong-results': 'voted for other results of a block than a quorum',
  'wrong-state-root': 'sealed another state after a block than a quorum',
  'conflicting-certificates': 'signed for two quorums of which only one can be',
  'height-backwards': 'voted at a height below one that it had voted at before',
  'timestamp-backwards': 'gave a later message of its feed no later timestamp',
  'sequence-gap': 'left out sequence numbers in its feed',
  'slot-gap': 'left out or repeated an empty block',
  'wrong-empty-block': 'opened an empty block that is not the one of its height',
  'out-of-turn': "assembled a block in another Messagenode's round",
  'invalid-proposal': 'proposed what contradicts itself, a quorum or the lanes',
  'voted-for-invalid': 'precommitted a proposal that the rules refuse',
  'unfounded-vote': 'linked a message from which its vote does not follow',
  'have-behind-seen': 'claims to hold less of a lane than a proposal that it quotes as taken into account',
  'bad-certificate': 'published a certificate that does not hold',
  'bad-vote': 'published a vote whose signature is not for this chain, stage, height, round and value',
  junk: 'published content that is no message of the protocol',
  'wrong-feed': 'published a message in a feed where it does not belong',
} as const satisfies Record<string, string>

export type EvidenceCode = keyof typeof EVIDENCE_CODES

export const isEvidenceCode = (code: unknown): code is EvidenceCode =>
  typeof code === 'string' && Object.hasOwn(EVIDENCE_CODES, code)
