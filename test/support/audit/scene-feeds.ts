import type { SourceMessage } from '../../../src/audit/index.js'
import type { FeedMessage } from '../../../src/feeds/index.js'
import type { SignedScene } from '../evidence/index.js'
import {
  assembled,
  type Block,
  commitVote,
  committed,
  precommitted,
  precommitVote,
  sealed,
  sealVote,
} from '../protocol/index.js'

const VALIDATORS = [0, 1, 2, 3]

/** Every message of blocks that went well, one on top of the other. */
export const blocksOf = (scene: SignedScene, count: number) => {
  const messages: FeedMessage[] = []
  let block: Block = scene.genesis
  for (let height = 1; height <= count; height++) {
    const content = scene.lane(height % 4)
    block = scene.block(block, content)
    const proposal = assembled(scene, block)
    const precommits = VALIDATORS.map((index) => precommitVote(scene, index, block, { links: proposal.key }))
    const pc = precommitted(scene, block, { links: proposal.key })
    const commits = VALIDATORS.map((index) => commitVote(scene, index, block, { links: pc.key }))
    const cc = committed(scene, block, { links: proposal.key })
    const seals = VALIDATORS.map((index) => sealVote(scene, index, block, { links: cc.key }))
    const sc = sealed(scene, block, { links: proposal.key })
    messages.push(content, proposal, ...precommits, pc, ...commits, cc, ...seals, sc)
  }
  return { messages, last: block }
}

/** As a node stores them that receives one each millisecond. */
export const stored = (
  scene: SignedScene,
  messages: readonly FeedMessage[],
): Omit<SourceMessage, 'position'>[] =>
  messages.map((message, receivedAt) => ({ key: message.key, value: scene.classic(message), receivedAt }))
