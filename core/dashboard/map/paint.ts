/**
 * Paints the map: the world, then the fleet upon it.
 * @module
 */
import { geoCircle, geoGraticule } from 'd3-geo'
import { type Frame, type Size, scaleOf } from '../logic/map-frame.js'
import { contactPath, stationPath } from '../logic/route.js'
import { footprintRadius } from '../logic/sky.js'
import type { Tone } from '../logic/station-status.js'
import { subsolarPoint } from '../logic/sun.js'
import { type Atlas, degreePath } from './atlas.js'
import { Labels } from './labels.js'
import type { Ink, Palette } from './palette.js'
import type { MapCraft, MapStation, Scene } from './scene.js'

/** What a pointer can hit, in pixels of the style sheet. */
export interface Target {
  readonly x: number
  readonly y: number
  readonly path: string
  readonly title: string
}

export interface Canvas {
  readonly context: CanvasRenderingContext2D
  readonly size: Size
  readonly frame: Frame
  readonly palette: Palette
}

const GRATICULE = degreePath(geoGraticule().step([30, 30])())
/** A quarter of the Earth from the point under the Sun lies the line between day and night. */
const NIGHT_DEG = 90

const place = ({ frame, size }: Canvas, lon: number, lat: number) => {
  const scale = scaleOf(frame, size)
  return { x: size.width / 2 + (lon - frame.lon) * scale, y: size.height / 2 - (lat - frame.lat) * scale }
}

/** Paints in degrees, then returns to pixels. Widths of lines are given in pixels. */
function inDegrees(canvas: Canvas, paint: (pixel: number) => void): void {
  const { context, frame, size } = canvas
  const scale = scaleOf(frame, size)
  const origin = place(canvas, 0, 0)
  context.save()
  context.translate(origin.x, origin.y)
  context.scale(scale, scale)
  paint(1 / scale)
  context.restore()
}

/** Beyond the poles a flat map has room that is no place; it is as dark as the pole that it adjoins. */
function paintPolarNight(canvas: Canvas, sunLat: number): void {
  const { context, palette, size } = canvas
  const north = place(canvas, 0, 90).y
  const south = place(canvas, 0, -90).y
  context.fillStyle = palette['map-night']
  if (sunLat < 0) context.fillRect(0, 0, size.width, Math.max(0, north))
  else context.fillRect(0, south, size.width, Math.max(0, size.height - south))
}

export function paintWorld(canvas: Canvas, atlas: Atlas | null, now: number): void {
  const { context, palette, size } = canvas
  context.fillStyle = palette['map-sea']
  context.fillRect(0, 0, size.width, size.height)
  const sun = subsolarPoint(now)
  paintPolarNight(canvas, sun.lat)
  const night = geoCircle()
    .center([sun.lon + 180, -sun.lat])
    .radius(NIGHT_DEG)()
  inDegrees(canvas, (pixel) => {
    context.strokeStyle = palette['map-grid']
    context.lineWidth = pixel
    context.stroke(GRATICULE)
    if (atlas !== null) {
      context.fillStyle = palette['map-land']
      context.fill(atlas.land)
      context.strokeStyle = palette['map-border']
      context.lineWidth = 0.8 * pixel
      context.stroke(atlas.borders)
    }
    context.fillStyle = palette['map-night']
    context.fill(degreePath(night))
  })
}

const TONE_INK: Readonly<Record<Tone, Ink>> = {
  good: 'good',
  busy: 'busy',
  calm: 'map-label',
  quiet: 'muted',
  warn: 'warn',
  bad: 'bad',
}

function paintPasses(canvas: Canvas, crafts: readonly MapCraft[]): void {
  const { context, palette } = canvas
  inDegrees(canvas, (pixel) => {
    const line = (coordinates: [number, number][], ink: Ink, width: number, dash: readonly number[]) => {
      context.strokeStyle = palette[ink]
      context.lineWidth = width * pixel
      context.setLineDash(dash.map((d) => d * pixel))
      context.stroke(degreePath({ type: 'LineString', coordinates }))
    }
    for (const { at, tracks, running, links } of crafts) {
      if (running) {
        const cap = geoCircle().center([at.lon, at.lat]).radius(footprintRadius(at.altKm))()
        context.fillStyle = palette['map-footprint']
        context.fill(degreePath(cap))
      }
      context.globalAlpha = running ? 0.8 : 0.35
      for (const track of tracks)
        line([...track], running ? 'accent' : 'muted', running ? 1.6 : 1, running ? [] : [3, 4])
      context.globalAlpha = 1
      for (const { station, tracking } of links)
        line(
          [
            [station.lon, station.lat],
            [at.lon, at.lat],
          ],
          tracking ? 'good' : 'busy',
          1.4,
          tracking ? [] : [4, 3],
        )
      context.setLineDash([])
    }
  })
}

/** The shapes of `Glyph`, on a canvas. */
function paintGlyph({ context, palette }: Canvas, { tone }: MapStation, x: number, y: number): void {
  context.beginPath()
  if (tone === 'warn') {
    context.moveTo(x, y - 5.5)
    context.lineTo(x + 5.5, y + 4.5)
    context.lineTo(x - 5.5, y + 4.5)
    context.closePath()
  } else if (tone === 'bad') context.rect(x - 4.5, y - 4.5, 9, 9)
  else context.arc(x, y, tone === 'quiet' ? 3 : 4, 0, 2 * Math.PI)
  context.fillStyle = palette[TONE_INK[tone]]
  context.strokeStyle = palette['map-halo']
  context.lineWidth = 2
  context.stroke()
  context.fill()
  if (tone !== 'quiet') return
  context.beginPath()
  context.arc(x, y, 1.4, 0, 2 * Math.PI)
  context.fillStyle = palette['map-halo']
  context.fill()
}

const URGENCY: readonly Tone[] = ['bad', 'warn', 'good', 'busy', 'calm', 'quiet']

/** Paints stations, satellites and what runs between them; returns what can be pressed. */
export function paintFleet(canvas: Canvas, { stations, crafts }: Scene): Target[] {
  const { context, palette } = canvas
  const targets: Target[] = []
  const labels = new Labels(canvas.context, canvas.size, canvas.palette)
  paintPasses(canvas, crafts)
  for (const { lon, lat } of stations) {
    const { x, y } = place(canvas, lon, lat)
    labels.reserve(x, y)
  }
  const byUrgency = [...stations].sort((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone))
  for (const craft of [...crafts].sort((a, b) => Number(b.running) - Number(a.running))) {
    const { x, y } = place(canvas, craft.at.lon, craft.at.lat)
    context.beginPath()
    context.moveTo(x, y - 5.5)
    context.lineTo(x + 5.5, y)
    context.lineTo(x, y + 5.5)
    context.lineTo(x - 5.5, y)
    context.closePath()
    context.strokeStyle = palette['map-halo']
    context.lineWidth = 2
    context.stroke()
    context.fillStyle = craft.running ? palette.accent : palette.muted
    context.fill()
    labels.paint(craft.name, x, y, craft.running ? 'accent' : 'muted', craft.running)
    targets.push({ x, y, path: contactPath(craft.contactId), title: craft.name })
  }
  for (const station of byUrgency) {
    const { x, y } = place(canvas, station.lon, station.lat)
    paintGlyph(canvas, station, x, y)
    labels.paint(station.name, x, y, station.tone === 'quiet' ? 'muted' : 'map-label', false)
    targets.push({ x, y, path: stationPath(station.id), title: station.name })
  }
  return targets
}
