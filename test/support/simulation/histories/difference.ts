import * as shipped from '../../../../src/protocol/index.js'
import { comparedCores } from '../directed/compared-cores.js'
import { Violation } from '../observer.js'
import { type Cores, realCores } from '../simulated-world.js'
import { type Heed, liveThrough } from './history.js'
import { type Judge, judgementsOf } from './judgements.js'
import type { Story } from './story.js'

/** The shipped core threw: with a quorum of liars around it, it may. The history ends there. */
export class ShippedThrew extends Error {
  override readonly name = 'ShippedThrew'
}

/** In what a core does otherwise than a shipped one in the history of a seed; null in nothing. */
export const differenceIn = (seed: number, cores: Cores, heed?: Heed): string | null => {
  const given = throwing(cores, (error) => new Violation('throws', { error: String(error).split('\n')[0] }))
  try {
    liveThrough(seed, comparedCores(given, mayThrow), heed)
    return null
  } catch (error) {
    if (error instanceof ShippedThrew) return null
    if (error instanceof Violation) return error.code
    throw error
  }
}

/** Whether this watch, and these rules of evidence, say otherwise of the history of a seed than the shipped ones. */
export const judgesOtherwise = (seed: number, judge: Judge): boolean => {
  const story = storyOf(seed)
  return textOf(judgementsOf(story, judge)) !== textOf(judgementsOf(story, shipped))
}

/** The history that a shipped core lived, as far as it went. */
const storyOf = (seed: number): Story => {
  let story: Story | undefined
  try {
    return liveThrough(seed, mayThrow, (_act, current) => (story = current))
  } catch (error) {
    if (error instanceof ShippedThrew && story) return story
    throw error
  }
}

const throwing =
  (cores: Cores, wrap: (error: unknown) => Error): Cores =>
  (...place) => {
    const core = cores(...place)
    return {
      wants: () => core.wants(),
      step(event) {
        try {
          return core.step(event)
        } catch (error) {
          throw wrap(error)
        }
      },
    }
  }

const mayThrow = throwing(realCores, (error) => new ShippedThrew('in a history', { cause: error }))

const textOf = (value: unknown): string => JSON.stringify(value)
