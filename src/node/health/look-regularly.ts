import type { DiskWatch } from './disk-watch.js'

const HEALTH_LOOK_MS = 1_000
const DISK_LOOK_MS = 5_000

/** Looks at clocks and disk from time to time, whether or not anybody asks. @returns what ends it */
export const lookRegularly = (disk: DiskWatch, report: () => unknown): (() => void) => {
  const timers = [setInterval(report, HEALTH_LOOK_MS), setInterval(() => void disk.look(), DISK_LOOK_MS)]
  void disk.look()
  return () => timers.forEach((timer) => clearInterval(timer))
}
