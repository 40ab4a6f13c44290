import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of arrays outside of the heap that are in use. It collects garbage without a flag of the process, which others share. */
export const arrayMemory = (): number => {
  setFlagsFromString('--expose-gc')
  for (let times = 0; times < 3; times++) runInNewContext('gc()')
  return process.memoryUsage().arrayBuffers
}
