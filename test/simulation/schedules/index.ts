import { LIE_SCHEDULES } from './lies.js'
import type { Schedule } from './schedule.js'

export type { Schedule } from './schedule.js'

export const SCHEDULES: readonly Schedule[] = [...LIE_SCHEDULES]
