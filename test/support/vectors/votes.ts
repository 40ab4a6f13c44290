import { ascii, digest, hex, integer, type KeyPair, keyPair, treeHash } from './naive.js'

/** Vote bytes and certificates of a chain of four validators (protocol section 4), really signed. */

const STAGES = { precommit: 1, commit: 2, seal: 3, skip: 4 } as const
type Stage = keyof typeof STAGES

const CHAIN = digest('chain')
const ZERO = '00'.repeat(32)

interface Vote {
  readonly chainId: string
  readonly epoch: number
  readonly stage: Stage
  readonly height: number
  readonly round: number
  readonly block?: string
  readonly xRoot?: string
  readonly stateRoot?: string
}

const bytesOf = (vote: Vote): Buffer =>
  Buffer.concat([
    ascii('bf/vote/v1'),
    hex(vote.chainId),
    integer(vote.epoch, 4),
    integer(STAGES[vote.stage], 1),
    integer(vote.height, 8),
    integer(vote.stage === 'seal' ? 0 : vote.round, 4),
    hex(vote.stage === 'skip' ? ZERO : (vote.block ?? '')),
    hex(vote.stage === 'skip' ? ZERO : (vote.xRoot ?? '')),
    hex(vote.stateRoot ?? ''),
  ])

const value = { block: digest('block'), xRoot: digest('results') }

const voteOf = (stage: Stage, height: number, round: number): Vote => ({
  chainId: CHAIN,
  epoch: 7,
  stage,
  height,
  round,
  ...(stage === 'skip' ? {} : value),
  ...(stage === 'seal' ? { stateRoot: digest('state') } : {}),
})

export const votes = () =>
  [
    voteOf('precommit', 1, 0),
    voteOf('precommit', Number.MAX_SAFE_INTEGER, 4_294_967_295),
    voteOf('commit', 300, 2),
    voteOf('seal', 300, 2),
    voteOf('skip', 300, 2),
  ].map((vote) => ({ vote, bytes: bytesOf(vote).toString('hex') }))

const VALIDATORS = 4
const ROLES = ['precommit', 'commit', 'seal'] as const
const keysOf = (role: (typeof ROLES)[number]): KeyPair[] =>
  Array.from({ length: VALIDATORS }, (_, index) => keyPair(`validator ${index} ${role}`))
const KEYS = { precommit: keysOf('precommit'), commit: keysOf('commit'), seal: keysOf('seal') }
const idOf = (key: KeyPair): string => `@${key.publicKey.toString('base64')}.ed25519`

const electorate = {
  chainId: CHAIN,
  epoch: 7,
  quorum: 3,
  roleKeys: Object.fromEntries(ROLES.map((role) => [role, KEYS[role].map(idOf)])),
}

interface Made {
  readonly signers: readonly number[]
  readonly signatures: readonly string[]
  readonly root: string
}

/** `signed` may differ from what the certificate says, to forge one. */
const quorumOf = (stage: Stage, signers: readonly number[], signed: Vote, role: Stage = stage): Made => {
  const keys = KEYS[role === 'skip' ? 'precommit' : role]
  const signatures = signers.map(
    (index) => keys[index % VALIDATORS]?.sign(bytesOf(signed)) ?? Buffer.alloc(64),
  )
  const leaves = signers.map((index, place) =>
    Buffer.concat([
      ascii('bf/cert/v1'),
      integer(STAGES[stage], 1),
      integer(index, 2),
      KEYS[stage === 'skip' ? 'precommit' : stage][index % VALIDATORS]?.publicKey ?? Buffer.alloc(0),
      signatures[place] ?? Buffer.alloc(0),
    ]),
  )
  return {
    signers,
    signatures: signatures.map((signature) => signature.toString('base64')),
    root: treeHash(leaves).toString('hex'),
  }
}

const TYPES = {
  precommit: 'precommitted',
  commit: 'committed',
  seal: 'sealed',
  skip: 'precommitted',
} as const
const ASSEMBLED = `%${hex(digest('assembled')).toString('base64')}.sha256`

const bodyOf = (stage: Stage, made: Made, round = stage === 'seal' ? 0 : 2) => ({
  type: TYPES[stage],
  skip: stage === 'skip',
  height: 300,
  round,
  ...(stage === 'skip'
    ? { previous: null }
    : { assembled: ASSEMBLED, ...value, stateRoot: stage === 'seal' ? digest('state') : null }),
  ...made,
})

const good = (stage: Stage, signers: readonly number[] = [0, 1, 3]) =>
  bodyOf(stage, quorumOf(stage, signers, voteOf(stage, 300, 2)))

const valid = () =>
  (['precommit', 'commit', 'seal', 'skip'] as const).flatMap((stage) => [
    { name: `${stage}: a quorum`, body: good(stage) },
    { name: `${stage}: everybody`, body: good(stage, [0, 1, 2, 3]) },
  ])

const forged = (name: string, signed: Partial<Vote>, stage: Stage = 'commit', role: Stage = stage) => ({
  name,
  code: 'bad-signature',
  body: bodyOf(stage, quorumOf(stage, [0, 1, 3], { ...voteOf(stage, 300, 2), ...signed }, role)),
})

const invalid = () => {
  const commit = good('commit')
  const [first = '', second = '', third = ''] = commit.signatures
  const everybody = good('commit', [0, 1, 2, 3])
  return [
    { name: 'one short of a quorum', code: 'below-quorum', body: good('commit', [0, 3]) },
    { name: 'nobody', code: 'below-quorum', body: good('commit', []) },
    { name: 'one signer twice', code: 'duplicate-signer', body: good('commit', [0, 1, 1]) },
    { name: 'signers out of order', code: 'unsorted-signers', body: good('commit', [0, 3, 1]) },
    { name: 'a signer outside the epoch', code: 'unknown-signer', body: good('commit', [0, 1, 4]) },
    {
      name: 'a signature too few',
      code: 'signature-count',
      body: { ...commit, signatures: [first, second] },
    },
    {
      name: 'a signature too many',
      code: 'signature-count',
      body: { ...commit, signatures: everybody.signatures },
    },
    { name: 'root of other signers', code: 'wrong-root', body: { ...commit, root: everybody.root } },
    { name: 'root of another stage', code: 'wrong-root', body: { ...commit, root: good('precommit').root } },
    {
      name: 'signatures exchanged between signers',
      code: 'wrong-root',
      body: { ...commit, signatures: [second, first, third] },
    },
    {
      name: 'seal without a state root',
      code: 'missing-state-root',
      body: { ...good('seal'), stateRoot: null },
    },
    {
      name: 'commit with a state root',
      code: 'unexpected-state-root',
      body: { ...commit, stateRoot: digest('state') },
    },
    { name: 'seal of a round', code: 'nonzero-seal-round', body: { ...good('seal'), round: 2 } },
    forged('replayed from another chain', { chainId: digest('another chain') }),
    forged('replayed from another epoch', { epoch: 6 }),
    forged('replayed from another height', { height: 299 }),
    forged('replayed from another round', { round: 1 }),
    forged('replayed from another stage', { stage: 'precommit' }),
    forged('votes for another block', { block: digest('another block') }),
    forged('votes for other results', { xRoot: digest('other results') }),
    forged('seals another state', { stateRoot: digest('another state') }, 'seal'),
    forged('signed by the precommitters', {}, 'commit', 'precommit'),
    forged('skip of another round', { round: 1 }, 'skip'),
  ]
}

export const certificates = () => ({
  note: 'Validator i signs a stage with the key whose seed is SHA-256("validator <i> <stage>").',
  electorate,
  valid: valid(),
  invalid: invalid(),
})
