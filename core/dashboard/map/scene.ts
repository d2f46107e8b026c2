/**
 * What the map shows of the fleet at one moment.
 * @module
 */
import type { Contact } from '../../../shared/api/planning.js'
import type { Satellite } from '../../../shared/orbit/propagate.js'
import type { GroundPoint } from '../logic/sky.js'
import type { Tone } from '../logic/station-status.js'

export interface MapStation {
  readonly id: string
  readonly name: string
  readonly lat: number
  readonly lon: number
  readonly tone: Tone
}

export interface MapCraft {
  readonly name: string
  readonly at: GroundPoint
  readonly contact: Contact
  readonly running: boolean
  /** The line on the ground from AOS to LOS, as [longitude, latitude]. */
  readonly track: readonly [number, number][]
  readonly station: MapStation | null
}

export interface Scene {
  readonly stations: readonly MapStation[]
  readonly crafts: readonly MapCraft[]
}

export const EMPTY_SCENE: Scene = { stations: [], crafts: [] }

/** A contact, and the orbit of its satellite where it is known. */
export interface Planned {
  readonly contact: Contact
  readonly orbit: Satellite | null
}
