/**
 * Work in lanes: one piece at a time in each, in the order in which it came; a few lanes run side by side.
 * @module
 */
import type { Logger } from '../context.js'
import { Slots } from './slots.js'

/** More pieces than this wait in no lane: a station that says so much is broken, and says it again later. */
const LONGEST = 64
/**
 * When a fleet comes back, all of it speaks at once; requests of people need connections to the database too, of which
 * there are ten.
 */
const WIDTH = 4

export class Lanes {
  readonly #lanes = new Map<string, { length: number; last: Promise<void> }>()
  readonly #slots = new Slots(WIDTH)

  constructor(
    private readonly name: string,
    private readonly log: Logger,
  ) {}

  /** Never throws and never waits. What a piece throws is logged; the lane goes on. */
  run(key: string, piece: () => Promise<void>): void {
    const lane = this.#lanes.get(key) ?? { length: 0, last: Promise.resolve() }
    if (lane.length >= LONGEST) {
      this.log.warn({ lane: this.name, key }, 'too much work waits; a message was left out')
      return
    }
    lane.length += 1
    this.#lanes.set(key, lane)
    lane.last = lane.last
      .then(() => this.#slots.run(piece))
      .catch((error: unknown) =>
        this.log.error({ err: error, lane: this.name, key }, 'work in a lane failed'),
      )
      .finally(() => {
        lane.length -= 1
        if (lane.length === 0) this.#lanes.delete(key)
      })
  }

  /** Waits until every lane is empty. */
  async drain(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all([...this.#lanes.values()].map((lane) => lane.last))
  }
}
