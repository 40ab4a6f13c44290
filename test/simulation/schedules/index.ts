import { LIE_SCHEDULES } from './lies.js'
import { RESTART_SCHEDULES } from './restarts.js'
import { MANY_ROUNDS, ROUND_SCHEDULES } from './rounds.js'
import type { Schedule } from './schedule.js'
import type { StickingSchedule } from './sticking.js'

export type { Schedule } from './schedule.js'
export type { StickingSchedule } from './sticking.js'

/** What section 6 of the protocol names under liveness. */
export const STICKING_SCHEDULES: readonly StickingSchedule[] = [...ROUND_SCHEDULES, ...RESTART_SCHEDULES]

export const SCHEDULES: readonly Schedule[] = [...STICKING_SCHEDULES, MANY_ROUNDS, ...LIE_SCHEDULES]
