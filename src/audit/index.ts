export { audit, type AuditOptions, type AuditProgress, type AuditReport } from './audit.js'
export { AUDIT_CODES, type AuditCode, describeFinding } from './findings/codes.js'
export { type AuditCulprit, type AuditFinding, findingName, type Grade } from './findings/finding.js'
export type { ReplayStart } from './origin.js'
export type { ReplayEnd } from './chain/heights.js'
export { type PrintedMessage, type Screen, screen, type Screened, signedAmong } from './reading/screen.js'
export { SignatureMemory } from './reading/signature-memory.js'
export { type FeedBeginning, type FeedSource, memorySource, type SourceMessage } from './reading/source.js'
export type { ExclusionFacts } from './findings/exclusions.js'
export type { AuditFacts, VoteFacts } from './statistics.js'
export {
  type AssemblyFacts,
  BLOCK_STAGES,
  type BlockStage,
  type Distribution,
  type LagFacts,
  type MemberTiming,
  type ParticipationFacts,
  type PipelineFacts,
  type Summary,
  type TimingFacts,
  VOTE_STAGES,
  type VoteStage,
} from './statistics/index.js'
export type { Interval } from './findings/odds.js'
export type { LaneFacts } from './findings/waiting.js'
