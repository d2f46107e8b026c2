/**
 * The outlines of the world (Natural Earth through world-atlas, 1:110 million) as paths in degrees: one unit is one
 * degree, y grows southwards. A flat map then only scales and moves them.
 * @module
 */
import { type GeoPermissibleObjects, geoEquirectangular, geoPath } from 'd3-geo'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import atlasUrl from 'world-atlas/countries-110m.json?url'

export interface Atlas {
  readonly land: Path2D
  readonly borders: Path2D
}

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>

const DEGREES = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .precision(0.1)
const draw = geoPath(DEGREES)

/** Any shape of GeoJSON as a path in degrees; cut at the date line and closed over the poles as it must be. */
export const degreePath = (shape: GeoPermissibleObjects): Path2D => new Path2D(draw(shape) ?? '')

/** Fetches the outlines: an asset of this program, from the same origin. */
export async function loadAtlas(): Promise<Atlas> {
  const response = await fetch(atlasUrl)
  const world = (await response.json()) as World
  const { land, countries } = world.objects
  return {
    land: degreePath(feature(world, land)),
    borders: degreePath(mesh(world, countries, (a, b) => a !== b)),
  }
}
