/**
 * Where the matrix is tried, and how its cells are counted.
 * @module
 */
import type { Test } from 'tap'
import type { Limits } from '../../../broker/limits.js'
import { startWorld, type World } from '../../support/broker.js'
import { SIDES } from './matrix-cells.js'

const MANY = 1e9
/** Who asks ten thousand times is no flood here. */
const LOOSE: Partial<Limits> = {
  ...{
    connectsPerMinute: MANY,
    failures: MANY,
    failuresPerAddress: MANY,
    penaltyStrikes: MANY,
    loopDelayMs: MANY,
    connectsPerSecond: MANY,
  },
  ...{ messageBurst: MANY, byteBurst: MANY, packetBurst: MANY, subscribeBurst: MANY, refusalsPerSource: 1 },
  ...{ subscriptionsPerStation: MANY, subscriptionsPerUser: MANY, subscriptionsPerService: MANY },
}

/** A broker that knows everybody of the matrix. */
export async function worldOf(t: Test): Promise<World> {
  const world = await startWorld(t, { limits: LOOSE })
  for (const { principal, connect } of SIDES)
    if (principal !== null) world.principals.set(String(connect.username), principal)
  return world
}

/** A topic as a line of a report. */
export const printed = (text: string) =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}... ${text.length}` : text)

/** Each difference is a failure; what agrees is one assertion for all. */
export class Cells {
  count = 0
  allowed = 0
  readonly wrong: string[] = []

  add(cell: string, is: boolean, expected: boolean): void {
    this.count++
    if (is) this.allowed++
    if (is !== expected) this.wrong.push(`${cell}: ${is ? 'allowed' : 'refused'}`)
  }

  end(t: Test, least: number): void {
    t.same(this.wrong.slice(0, 20), [], `${this.count} cells, ${this.allowed} allowed`)
    t.ok(this.count >= least, `${this.count} cells`)
    t.ok(this.allowed > 0 && this.allowed < this.count)
  }
}
