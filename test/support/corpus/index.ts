export { type Behaviour, BEHAVIOURS, type Expected, type Row, ROWS } from './behaviours.js'
export { matrixOf, type HonestTally, noHonest, withHonest } from './matrix.js'
export { type Audited, type BehaviourRun, fileNameOf, runBehaviour, runHonest } from './run.js'
export { hasPython, opinionsOn } from './stranger.js'
