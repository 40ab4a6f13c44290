import type { Destination } from '../../replay/index.js'
import { type Kind, usage } from '../kit/index.js'

/** A height, or a time that says its zone: what another machine's clock makes of it must not matter. */
export const DESTINATION: Kind<Destination> = {
  placeholder: '<height|time>',
  parse: (text) => {
    if (/^\d{1,15}$/.test(text)) return { height: Number(text) }
    const time = ISO_TIME.test(text) ? Date.parse(text) : NaN
    if (!Number.isNaN(time)) return { time }
    throw usage(`"${text}" is neither a height nor a time such as 2026-11-27T20:00:00Z`)
  },
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/
