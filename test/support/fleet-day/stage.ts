/**
 * What the happenings of a simulated day act upon.
 * @module
 */
import type { SimulatedTime } from '../simulated-time.js'
import type { SimulatedAntenna } from './antenna.js'

export interface Stage {
  readonly time: SimulatedTime
  readonly antennas: readonly SimulatedAntenna[]
  /** Catalogue numbers. */
  readonly satellites: readonly string[]
  /** As the owner, of the organisation `main`. @throws Error when it is not answered 2xx */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects of an answer.
  ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<any>
}
