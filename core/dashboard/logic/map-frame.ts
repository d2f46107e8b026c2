/**
 * Which part of the world the map shows: a centre and a magnification over the whole.
 * @module
 */
import { wrap180 } from '../../../shared/angles.js'

export interface Frame {
  /** Longitude and latitude of the middle, degrees. */
  readonly lon: number
  readonly lat: number
  /** 1 shows the whole world. */
  readonly zoom: number
}

export const WORLD: Frame = { lon: 0, lat: 0, zoom: 1 }
const MAX_ZOOM = 24

export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels for one degree: equirectangular, the whole world inside the canvas at zoom 1. */
export const scaleOf = (frame: Frame, size: Size): number =>
  Math.max(0.01, Math.min(size.width / 360, size.height / 180)) * frame.zoom

/** Keeps a frame on the world: no more magnification than helps, no empty sky above the poles. */
export function settle(frame: Frame, size: Size): Frame {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, frame.zoom))
  const scale = scaleOf({ ...frame, zoom }, size)
  const free = (span: number, pixels: number) => Math.max(0, span / 2 - pixels / 2 / scale)
  const latRoom = free(180, size.height)
  const lonRoom = free(360, size.width)
  const lon = wrap180(frame.lon)
  return {
    zoom,
    lat: Math.min(latRoom, Math.max(-latRoom, frame.lat)),
    lon: Math.min(lonRoom, Math.max(-lonRoom, lon)),
  }
}

/** Moves the world with the pointer. */
export function pan(frame: Frame, dx: number, dy: number, size: Size): Frame {
  const scale = scaleOf(frame, size)
  return settle({ ...frame, lon: frame.lon - dx / scale, lat: frame.lat + dy / scale }, size)
}

/** Magnifies round a point of the canvas, which stays where it is. `x`, `y` count from the middle. */
export function zoomAt(frame: Frame, factor: number, x: number, y: number, size: Size): Frame {
  const before = scaleOf(frame, size)
  const zoom = Math.min(MAX_ZOOM, Math.max(1, frame.zoom * factor))
  const after = scaleOf({ ...frame, zoom }, size)
  return settle(
    { zoom, lon: frame.lon + x / before - x / after, lat: frame.lat - y / before + y / after },
    size,
  )
}

/** The frame that shows all places with a margin; the world when there are none or they lie round the globe. */
export function fit(places: readonly { readonly lat: number; readonly lon: number }[], size: Size): Frame {
  if (places.length === 0) return WORLD
  const lons = places.map((p) => p.lon)
  const lats = places.map((p) => p.lat)
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2
  const extent = (values: number[]) => Math.max(...values) - Math.min(...values)
  const whole = scaleOf(WORLD, size)
  // Satellites come from some 20 degrees beyond the stations that they pass.
  const MARGIN = 40
  const zoom = Math.min(
    size.width / whole / (extent(lons) + MARGIN),
    size.height / whole / (extent(lats) + MARGIN),
  )
  return settle({ lon: middle(lons), lat: middle(lats), zoom }, size)
}
