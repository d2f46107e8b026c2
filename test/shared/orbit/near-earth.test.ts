import t from 'tap'
import { parseElements } from '../../../shared/orbit/elements.js'
import { type Satellite, satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, MINUTE } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'

const START = Date.UTC(2026, 4, 8)

/** The largest distance, km, between positions in a row and those that are asked for one by one. */
function farthest(satellite: Satellite, firstMs: number, stepMs: number, count: number): number {
  const out = new Float64Array(3 * count)
  const good = satellite.placesAt(firstMs, stepMs, 0, count, out)
  let most = 0
  for (let i = 0; i < good; i++) {
    const { x, y, z } = satellite.stateAt(firstMs + i * stepMs).position
    const [a = 0, b = 0, c = 0] = out.subarray(3 * i, 3 * i + 3)
    most = Math.max(most, Math.hypot(a - x, b - y, c - z))
  }
  if (good < count && isThere(satellite, firstMs + good * stepMs)) return Number.POSITIVE_INFINITY
  return most
}

function isThere(satellite: Satellite, ms: number): boolean {
  try {
    satellite.stateAt(ms)
    return true
  } catch {
    return false
  }
}

t.test('positions in a row are those of satellite.js to 2e-8 km, over a catalogue', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const elements = parseElements(text).elements.filter(
    (omm, i) => i % 60 === 0 || (omm.ECCENTRICITY > 0.05 && i % 3 === 0),
  )
  const off = elements.flatMap((omm) => {
    const most = farthest(satelliteFrom(omm), START - 3 * HOUR, 5 * MINUTE, 120)
    return most < 2e-8 ? [] : [`${omm.OBJECT_NAME} ${most}`]
  })
  t.same(off, [])
  t.ok(elements.length > 250, `${elements.length} tried`)
})

t.test('also far from the epoch, with hard drag, and to the end of the orbit', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  if (text === null) return
  for (const omm of parseElements(text).elements.filter((_, i) => i % 10 === 0))
    for (const BSTAR of [omm.BSTAR, 0.02, -0.02, 0.9]) {
      const satellite = satelliteFrom({ ...omm, BSTAR })
      for (const days of [-20, 0, 20]) {
        const most = farthest(satellite, satellite.epochMs + days * DAY, 37 * MINUTE, 600)
        if (!(most < 1e-6)) t.fail(`${omm.OBJECT_NAME} B* ${BSTAR} after ${days} days: ${most} km`)
      }
    }
  t.pass('holds')
})

t.test('a row begins anywhere, and its first missing position is told', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  const omm = text === null ? undefined : parseElements(text).elements[0]
  if (omm === undefined) return
  const falling = satelliteFrom({ ...omm, BSTAR: 0.9 })
  const out = new Float64Array(3 * 1000)
  const end = falling.placesAt(falling.epochMs, HOUR, 0, 1000, out)
  t.ok(end > 0 && end < 1000, `${end} h`)
  t.notOk(isThere(falling, falling.epochMs + end * HOUR))
  const again = new Float64Array(3 * 1000)
  t.equal(falling.placesAt(falling.epochMs, HOUR, end - 3, 1000, again), end)
  t.same(again.slice(0, 3 * (end - 3)), new Float64Array(3 * (end - 3)))
  for (let i = 3 * (end - 3); i < 3 * end; i++)
    t.ok(Math.abs((again[i] ?? 0) - (out[i] ?? 0)) < 1e-8, `number ${i}`)
})
