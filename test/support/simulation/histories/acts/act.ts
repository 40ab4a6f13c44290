import type { Story } from '../story.js'

/** Something happens around the core, or to it; nothing if the moment does not fit. */
export type Act = (story: Story) => void
