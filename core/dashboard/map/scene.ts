/**
 * What the map shows of the fleet at one moment.
 * @module
 */
import type { GroundPoint } from '../logic/sky.js'
import type { Tone } from '../logic/station-status.js'

export interface MapStation {
  readonly id: string
  readonly name: string
  readonly lat: number
  readonly lon: number
  readonly tone: Tone
}

export interface MapLink {
  readonly station: MapStation
  /** In the pass; else on the way to its start. */
  readonly tracking: boolean
}

export interface MapCraft {
  readonly name: string
  readonly at: GroundPoint
  /** The contact that a press on it shows. */
  readonly contactId: string
  readonly running: boolean
  /** Lines on the ground from AOS to LOS, as [longitude, latitude]. */
  readonly tracks: readonly (readonly [number, number][])[]
  /** Antennas that are on it. */
  readonly links: readonly MapLink[]
}

export interface Scene {
  readonly stations: readonly MapStation[]
  readonly crafts: readonly MapCraft[]
}
