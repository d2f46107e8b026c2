import t, { type Test } from 'tap'
import type { Piece } from '../../director/pass-piece.js'
import { PassPool } from '../../director/pass-pool.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { searchPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { DAY, HOUR } from '../../shared/time.js'
import { dataFile } from '../support/data.js'

const START = Date.UTC(2026, 4, 8)

/** Of which a piece of the pools here is a quarter or less. */
const PAIR_DAYS = 1000

/** Large enough for several pieces: 200 satellites over 20 stations. */
function work(t: Test, days = 1): Piece | null {
  const elements = dataFile(t, 'sats-200.tle')
  const stations = dataFile(t, 'stations-20.json')
  if (elements === null || stations === null) return null
  const places = JSON.parse(stations) as { lat: number; lon: number; alt: number }[]
  return {
    elements: parseElements(elements).elements,
    stands: places.map(({ lat, lon, alt }) => ({ site: { lat, lon, altM: alt }, minElevation: 10 })),
    fromMs: START,
    toMs: START + days * DAY,
  }
}

const fails = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
    return null
  } catch (error) {
    return error
  }
}

t.test('threads find what one thread finds, part by part, in order', async (t) => {
  const piece = work(t)
  if (piece === null) return
  const pool = new PassPool(2, PAIR_DAYS)
  t.teardown(() => pool.stop())
  const satellites = piece.elements.map(satelliteFrom)
  let next = 0
  let parts = 0
  for await (const { first, table } of pool.search(piece)) {
    t.equal(first, next)
    const count = Math.max(...table.columns.satellite) + 1
    const alone = searchPasses(satellites.slice(first, first + count), piece.stands, START, START + DAY)
    t.same(table.columns, alone.columns)
    next += count
    parts++
  }
  t.equal(next, 200)
  t.ok(parts >= 3, `${parts} parts`)
})

t.test('columns that nobody wants do not come', async (t) => {
  const piece = work(t)
  if (piece === null) return
  const pool = new PassPool(2, PAIR_DAYS)
  t.teardown(() => pool.stop())
  for await (const { table } of pool.search({ ...piece, columns: ['aos', 'maxEl'] })) {
    const { aos, los, maxEl, flags } = table.columns
    t.ok(table.length > 0)
    t.same([aos.length, maxEl.length, los.length, flags.length], [table.length, table.length, 0, 0])
  }
})

t.test('a small search needs no thread', async (t) => {
  const piece = work(t)
  if (piece === null) return
  const pool = new PassPool(0, PAIR_DAYS)
  const few = { ...piece, elements: piece.elements.slice(0, 3) }
  let passes = 0
  for await (const { table } of pool.search(few)) passes += table.length
  t.ok(passes > 100, `${passes} passes`)
})

t.test('a search that is called off stops, and the pool serves the next', async (t) => {
  const piece = work(t, 2)
  if (piece === null) return
  const pool = new PassPool(2, PAIR_DAYS)
  t.teardown(() => pool.stop())
  const stop = new AbortController()
  const reason = new Error('a newer wish')
  const all = async () => {
    for await (const { first } of pool.search(piece, stop.signal)) {
      if (first > 0) t.fail('went on')
      stop.abort(reason)
    }
  }
  t.equal(await fails(all()), reason)
  t.equal(await fails(pool.search(piece, stop.signal).next()), reason, 'nor does it begin')
  const short = { ...piece, toMs: START + 6 * HOUR }
  let parts = 0
  for await (const { table } of pool.search(short)) parts += table.length > 0 ? 1 : 0
  t.ok(parts > 0)
})

t.test('leaving the loop leaves no work behind', async (t) => {
  const piece = work(t, 2)
  if (piece === null) return
  const pool = new PassPool(2, PAIR_DAYS)
  t.teardown(() => pool.stop())
  for await (const part of pool.search(piece)) {
    t.equal(part.first, 0)
    break
  }
  for await (const part of pool.search({ ...piece, toMs: START + 6 * HOUR })) {
    t.equal(part.first, 0)
    break
  }
})

t.test('a pool that is stopped fails the search under way', async (t) => {
  const piece = work(t, 2)
  if (piece === null) return
  const pool = new PassPool(1, PAIR_DAYS)
  const search = pool.search(piece)
  const first = search.next()
  const failed = fails(first)
  await new Promise(setImmediate)
  await pool.stop()
  t.match(await failed, { code: 'internal', detail: /thread ended/ })
})

t.test('elements that no thread can use fail the search with their reason', async (t) => {
  const piece = work(t)
  if (piece === null) return
  const pool = new PassPool(1, PAIR_DAYS)
  t.teardown(() => pool.stop())
  const [good] = piece.elements
  if (good === undefined) return
  const bad = { ...piece, elements: [{ ...good, EPOCH: 'yesterday' }, ...piece.elements] }
  t.match(await fails(pool.search(bad).next()), { code: 'internal', detail: /no date/ })
})
