import t from 'tap'
import type { Omm } from '../../../shared/messages.js'
import { isCut, isJoint, PIECE_MS, searchPieces } from '../../../shared/orbit/long-passes.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { trainingElements } from '../../../shared/orbit/training.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.js'
import { geostationary, molniya } from '../../support/slow-orbits.js'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')
const SITE = { lat: 52, lon: 4.4, altM: 10 }
const STANDS = [{ site: SITE, minElevation: 10 }]
const [low] = trainingElements(NOW, [SITE], 120)
if (low === undefined) throw new Error('no training satellite')

const pieces = (omm: Omm, fromMs: number, toMs: number) => [
  ...searchPieces([satelliteFrom(omm)], STANDS, fromMs, toMs).passes(),
]

const near = (p: { aos: number; los: number }, q: { aos: number; los: number }) =>
  Math.abs(p.aos - q.aos) <= 2 && Math.abs(p.los - q.los) <= 2

t.test('What is always in sight is cut at even hours of UTC, and only the window clips it', (t) => {
  const [from, to] = [NOW + 20 * MINUTE, NOW + DAY + 20 * MINUTE]
  const found = pieces(geostationary(NOW, 9), from, to)
  t.equal(found.length, 13)
  t.match(found[0], { aos: from, clippedStart: true, clippedEnd: false })
  t.match(found.at(-1), { los: to, clippedStart: false, clippedEnd: true })
  const inner = found.slice(1, -1)
  t.ok(inner.every((p) => p.los - p.aos === PIECE_MS && !p.clippedStart && !p.clippedEnd))
  t.ok(inner.every((p) => p.aos % PIECE_MS === 0 && p.tca >= p.aos && p.tca <= p.los && p.maxEl > 25))
  t.ok(
    found.every((p, i) => i === 0 || p.aos === found[i - 1]?.los),
    'none is missing',
  )
  t.end()
})

t.test('A window that begins at a joint clips nothing there', (t) => {
  t.match(pieces(geostationary(NOW, 9), NOW, NOW + 2 * PIECE_MS), [
    { aos: NOW, clippedStart: false, clippedEnd: false },
    { los: NOW + 2 * PIECE_MS, clippedStart: false, clippedEnd: false },
  ])
  t.end()
})

t.test('The pieces of a pass of eight hours make up just that pass, and are the same in each window', (t) => {
  const omm = molniya(NOW)
  const [whole] = findPasses(satelliteFrom(omm), SITE, NOW, NOW + 2 * DAY, { minElevation: 10 }).filter(
    (p) => p.los - p.aos > 7 * HOUR && !p.clippedStart && !p.clippedEnd,
  )
  if (whole === undefined) return t.fail('no long pass')
  const within = pieces(omm, NOW, NOW + 2 * DAY).filter(
    (p) => p.aos >= whole.aos - SECOND && p.los <= whole.los + SECOND,
  )
  t.ok(within.length >= 4, `${within.length} pieces`)
  t.ok(
    Math.abs((within[0]?.aos ?? 0) - whole.aos) <= 2 && Math.abs((within.at(-1)?.los ?? 0) - whole.los) <= 2,
  )
  t.ok(within.every((p, i) => i === 0 || p.aos === within[i - 1]?.los))
  t.ok(Math.abs(Math.max(...within.map((p) => p.maxEl)) - whole.maxEl) < 0.01)
  t.ok(within.slice(1).every((p) => isJoint(omm, p.aos)) && !isJoint(omm, whole.aos))
  for (let hours = 1; hours <= 12; hours++) {
    const from = NOW + hours * HOUR + 17 * SECOND
    const later = pieces(omm, from, from + 2 * DAY)
    const missing = within.filter((p) => p.aos > from && !later.some((q) => near(p, q)))
    t.same(missing, [], `${hours} h later`)
  }
  t.end()
})

t.test('Low orbits beside slow ones are left whole, in the order of satellite, stand and time', (t) => {
  const satellites = [low, geostationary(NOW, 9), low].map(satelliteFrom)
  const table = searchPieces(satellites, [...STANDS, ...STANDS], NOW, NOW + DAY)
  const order = [...table.passes()].map((p, i) => [table.satellite(i), table.stand(i), p.aos])
  const key = ([a = 0, b = 0, c = 0]: number[]) => (a * 10 + b) * 1e14 + c
  t.ok(order.every((row, i) => i === 0 || key(row) > key(order[i - 1] ?? [])))
  t.notOk(isCut(low) || isJoint(low, PIECE_MS))
  const alone = findPasses(satelliteFrom(low), SITE, NOW, NOW + DAY, { minElevation: 10 })
  const own = [...table.passes()].filter((_, i) => table.satellite(i) === 2 && table.stand(i) === 1)
  t.same(own, alone)
  t.end()
})
