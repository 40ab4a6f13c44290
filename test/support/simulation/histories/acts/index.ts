import type { Act } from './act.js'
import { propose } from './blocks.js'
import { advance, certify } from './certificates.js'
import * as events from './events.js'
import * as lanes from './lanes.js'
import * as scenes from './scenes.js'
import { vote } from './votes.js'

export type { Act } from './act.js'

/** Every act by name, with how often it comes where nothing else is said. */
export const ACTS: Readonly<Record<string, readonly [act: Act, weight: number]>> = {
  speak: [lanes.speak, 4],
  fork: [lanes.fork, 1],
  learnFork: [lanes.learnFork, 1],
  stray: [lanes.stray, 0.5],
  close: [lanes.close, 0.5],
  propose: [propose, 4],
  certify: [certify, 4],
  advance: [advance, 5],
  vote: [vote, 4],
  rounds: [scenes.rounds, 2],
  race: [scenes.race, 0.3],
  spin: [scenes.spin, 0.3],
  closing: [scenes.closing, 1],
  fill: [scenes.fill, 0.5],
  fire: [events.fire, 3],
  deliver: [events.deliver, 2],
  deliverAll: [events.deliverAll, 0.5],
  answer: [events.answer, 3],
  show: [events.show, 1],
  alter: [events.alter, 2],
  misplace: [events.misplace, 0.2],
  openSlots: [events.openSlots, 0.5],
  connect: [events.connect, 0.5],
  start: [events.start, 1],
  restart: [events.restart, 0.4],
}
