import t, { type Test } from 'tap'
import { subsolarPoint } from '../../core/dashboard/logic/sun.js'

const near = (t: Test, value: number, wanted: number, by: number, name: string) =>
  t.ok(Math.abs(value - wanted) < by, `${name}: ${value}`)

t.test('at the equinox of March 2024 the Sun stands over the equator', async (t) => {
  // USNO: 2024-03-20 03:06 UTC.
  near(t, subsolarPoint(Date.UTC(2024, 2, 20, 3, 6)).lat, 0, 0.02, 'latitude')
})

t.test('at the solstice of June 2024 it stands over the tropic', async (t) => {
  // USNO: 2024-06-20 20:51 UTC.
  near(t, subsolarPoint(Date.UTC(2024, 5, 20, 20, 51)).lat, 23.44, 0.02, 'latitude')
})

t.test('at noon UTC it stands near Greenwich, off by the equation of time', async (t) => {
  // +16.4 min on 3 November: the Sun is 4.1 degrees west of the meridian at 12:00.
  near(t, subsolarPoint(Date.UTC(2026, 10, 3, 12)).lon, -4.11, 0.05, 'longitude')
})
