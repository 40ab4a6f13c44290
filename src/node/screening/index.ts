export { Screening, type ScreeningOptions } from './screening.js'
export { VerifiedBatches } from './verified-batches.js'
