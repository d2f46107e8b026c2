import t from 'tap'
import { sunFrom } from '../../../shared/orbit/sun-look.js'

t.test('the Sun is where PyEphem 4 sees it, lifted by the air', (t) => {
  // ephem.Sun() at pressure 1010, temp 10: az, alt.
  const seen: [number, number, number, string, number, number][] = [
    [52.2053, 0.1218, 25, '2026-06-21T12:00:00Z', 179.3661, 61.2391],
    [-33.9, 18.4, 100, '2026-11-22T06:30:00Z', 92.0208, 35.0793],
    [64.1, -21.9, 50, '2027-03-20T16:00:00Z', 219.1417, 20.6017],
  ]
  for (const [lat, lon, altM, when, az, el] of seen) {
    const sun = sunFrom({ lat, lon, altM }, Date.parse(when))
    t.ok(Math.abs(sun.az - az) < 0.03, `${when}: az ${sun.az}, PyEphem ${az}`)
    t.ok(Math.abs(sun.el - el) < 0.02, `${when}: el ${sun.el}, PyEphem ${el}`)
  }
  t.end()
})

t.test('below the horizon there is no air to lift it', (t) => {
  const { el } = sunFrom({ lat: 52.2, lon: 0.12, altM: 25 }, Date.parse('2026-06-21T00:00:00Z'))
  t.ok(el < -10 && el > -20)
  t.end()
})
