/**
 * Import this before any package of the SSB stack: the stack binds the patched functions when it is loaded, and
 * ES modules run in the order of their imports.
 */
import { installBoundedDebounce } from './bounded-flush.js'
import { installBoundedNotes } from './bounded-notes.js'
import { installBoundedWire } from './bounded-wire/index.js'
import { installFairTurns } from './fair-turns.js'
import { installForgottenClocks } from './forgotten-clocks.js'
import { installGatheredNotes } from './gathered-notes.js'
import { installLeakCures } from './no-leaks.js'
import { installPatientWrites } from './patient-writes.js'
import { installSmallBlockCache } from './small-block-cache.js'
import { installQuietBuffers } from './quiet-buffers.js'
import { installQuietRefusals } from './quiet-refusals.js'
import { installToldRequests } from './told-requests.js'

installBoundedDebounce()
installLeakCures()
installGatheredNotes()
installFairTurns()
installForgottenClocks()
installSmallBlockCache()
installBoundedWire()
installBoundedNotes()
installToldRequests()
installQuietRefusals()
installQuietBuffers()
installPatientWrites()
