import { BLOCK_STAGES, type BlockStage } from '../audit/index.js'

/** What happens to a block, in the words of a legend. Votes are light, the certificates that count them dark. */
export const STAGE_LABELS: Readonly<Record<BlockStage, string>> = {
  wait: 'oldest transaction message until proposed',
  precommits: 'until a quorum precommitted',
  precommitted: 'until a precommit certificate',
  commits: 'until a quorum committed',
  committed: 'until a commit certificate: final',
  seals: 'until a quorum sealed',
  sealed: 'until a seal certificate',
}

export const stageClass = (stage: BlockStage): string => `stage-${BLOCK_STAGES.indexOf(stage)}`

export const STAGE_LEGEND = BLOCK_STAGES.map((stage) => [stageClass(stage), STAGE_LABELS[stage]] as const)
