import { lockDirectory } from '../../src/node/data-directory.js'
import { isCoded } from '../../src/util/index.js'

/** Takes the lock of the directory in its first argument, says so, and holds it until it is killed. */

try {
  await lockDirectory(process.argv[2] ?? '')
  process.stdout.write('locked\n')
  setInterval(() => undefined, 60_000)
} catch (error) {
  process.stdout.write(`${isCoded(error) ? error.code : 'unexpected'}\n`)
}
