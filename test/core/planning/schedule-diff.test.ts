import fc from 'fast-check'
import t from 'tap'
import {
  type Booked,
  diffSchedule,
  firstOverlap,
  type Slot,
  type Wish,
} from '../../../core/planning/schedule-diff.js'
import { HOUR, MINUTE, SECOND } from '../../../shared/time.js'

const NOW = Date.parse('2026-05-08T00:00:00.000Z')
const WINDOW = { from: NOW, to: NOW + 24 * HOUR }

const UNTUNED = { downlinkHz: null, uplinkHz: null, prepassS: 0, postpassS: 0 }

const wish = (startMin: number, more: Partial<Wish> = {}): Wish => {
  const aos = NOW + startMin * MINUTE
  return {
    index: 0,
    stationId: 's1',
    satelliteId: '1',
    campaignId: 'c1',
    priority: 5,
    worth: 1000,
    aos,
    tca: aos + 5 * MINUTE,
    los: aos + 10 * MINUTE,
    aosAz: 0,
    losAz: 180,
    maxEl: 50,
    elementsHash: 'h1',
    ...UNTUNED,
    shiftBeams: null,
    ...more,
  }
}

const booked = (startMin: number, more: Partial<Booked> = {}): Booked => {
  const { stationId, satelliteId, aos, los, campaignId, priority, worth, elementsHash } = wish(startMin)
  const slot = { stationId, satelliteId, aos, los, campaignId, priority, worth, elementsHash }
  return {
    id: `b${startMin}`,
    state: 'scheduled',
    planned: false,
    fixed: false,
    ...slot,
    ...UNTUNED,
    ...more,
  }
}

const diff = (b: Booked[], w: Wish[]) => diffSchedule(b, w, WINDOW, NOW)

t.test('The same pass with other elements is found again and not booked twice', async (t) => {
  const moved = wish(60, { aos: NOW + 60 * MINUTE + 80 * SECOND })
  t.match(diff([booked(60)], [moved]), {
    create: [],
    cancel: [],
    kept: 1,
    drift: [{ booked: { id: 'b60' } }],
  })
  const other = wish(60, { aos: NOW + 60 * MINUTE + 100 * SECOND })
  t.match(diff([booked(60)], [other]), { create: [other], cancel: [{ id: 'b60' }], kept: 0 })
})

t.test('Of two candidates the nearer in time is the same pass', async (t) => {
  const near = booked(61)
  const result = diff([booked(60), near], [wish(61, { aos: NOW + 61 * MINUTE + 5 * SECOND })])
  t.match(result.drift, [{ booked: { id: near.id } }])
  t.match(result.cancel, [{ id: 'b60' }])
})

t.test('A pass that moved by more than a second is drifted, in AOS or in LOS', async (t) => {
  const { aos, los } = wish(60)
  for (const more of [{ aos: aos + 1001 }, { los: los - 1001 }]) {
    t.equal(diff([booked(60, { planned: true, state: 'uploaded' })], [wish(60, more)]).drift.length, 1)
    t.equal(diff([booked(60)], [wish(60, more)]).drift.length, 1)
  }
  t.equal(diff([booked(60, { planned: true })], [wish(60, { aos: aos + 1000 })]).drift.length, 0)
})

t.test(
  'C7: a plan that would point beside the satellite is drifted, though AOS and LOS are the same',
  async (t) => {
    const newer = (shiftBeams: number | null) => wish(60, { elementsHash: 'h2', shiftBeams })
    const planned = booked(60, { planned: true, state: 'uploaded' })
    t.match(diff([planned], [newer(0.11)]), { drift: [{ booked: { id: 'b60' } }] })
    t.match(
      diff([planned], [newer(0.1)]),
      { drift: [], retime: [] },
      'within the tolerance of the beam it stays',
    )
    t.match(diff([planned], [newer(null)]), { drift: [], retime: [] })
    const waiting = booked(60, { planned: true, state: 'prepass' })
    const renewed = diff([waiting], [newer(5)])
    t.match(renewed, { drift: [{ booked: { id: 'b60' } }] }, 'an antenna that waits goes to the new place')
    t.same([...renewed.byHand], [[0, null]], 'whatever became of its campaign')
    t.match(diff([waiting], [newer(0.1)]), { drift: [], ahead: [] })
    for (const late of [
      booked(60, { ...waiting, state: 'tracking' }),
      { ...booked(0.4, waiting), aos: NOW + 29 * SECOND },
    ])
      t.match(
        diff([late], [{ ...newer(5), aos: late.aos }]),
        { drift: [], retime: [] },
        'what is flown keeps its plan',
      )
  },
)

t.test('A plan for another frequency or another wait is made anew', async (t) => {
  for (const more of [{ downlinkHz: 437e6 }, { uplinkHz: 145e6 }, { prepassS: 60 }, { postpassS: 60 }]) {
    t.equal(diff([booked(60, { planned: true })], [wish(60, more)]).drift.length, 1)
    t.match(diff([booked(60)], [wish(60, more)]), { drift: [], retime: [{ wish: more }] })
    t.match(diff([booked(60, { ...more, planned: true })], [wish(60, more)]), { drift: [], retime: [] })
  }
})

t.test('A plan that still points right stays; without a plan the newer elements are taken', async (t) => {
  const newer = wish(60, { elementsHash: 'h2', aos: wish(60).aos + 300 })
  t.match(diff([booked(60, { planned: true })], [newer]), { retime: [], relabel: [], drift: [] })
  t.match(diff([booked(60)], [newer]), { retime: [{ wish: { elementsHash: 'h2' } }], drift: [] })
  t.match(diff([booked(60)], [wish(60)]), {
    retime: [],
    relabel: [],
    drift: [],
    cancel: [],
    create: [],
    kept: 1,
  })
  const other = wish(60, { priority: 9 })
  t.match(diff([booked(60, { planned: true })], [other]), {
    relabel: [{ wish: { priority: 9 } }],
    retime: [],
  })
})

t.test('What runs, or should by now, is not touched', async (t) => {
  const running = [
    booked(20, { state: 'prepass' }),
    booked(-5, { state: 'tracking', satelliteId: '2' }),
    booked(-3, { state: 'uploaded', stationId: 's2' }),
  ]
  t.match(diff(running, []), { cancel: [], create: [], kept: 0 })
  const late = wish(-5, { satelliteId: '2', aos: NOW + SECOND })
  const result = diff(running, [late])
  t.match(
    result,
    { create: [], drift: [], retime: [], kept: 1, ahead: [] },
    'a wish for the rest of it is no new contact',
  )
  t.equal(result.standing.length, 3)
})

t.test('Nothing is said about contacts outside the window', async (t) => {
  const later = booked(60 * 25)
  t.match(diff([later], []), { cancel: [], standing: [{ id: later.id }] })
  t.match(diff([booked(60)], []), { cancel: [{ id: 'b60' }], standing: [] })
})

const slots = fc.array(
  fc.record({
    stationId: fc.constantFrom('s1', 's2'),
    start: fc.nat(40),
    length: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 12 },
)
const slotOf = ({
  stationId,
  start,
  length,
}: {
  stationId: string
  start: number
  length: number
}): Slot => ({
  stationId,
  satelliteId: '1',
  aos: start,
  los: start + length,
})

t.test('An overlap is found exactly when two contacts of one station share a moment', async () => {
  fc.assert(
    fc.property(slots, (drawn) => {
      const all = drawn.map(slotOf)
      const clash = all.some((a, i) =>
        all.some((b, j) => i < j && a.stationId === b.stationId && a.aos < b.los && b.aos < a.los),
      )
      const found = firstOverlap(all)
      if (found === null) return !clash
      const [a, b] = found
      return clash && a.stationId === b.stationId && a.aos < b.los && b.aos < a.los
    }),
  )
})

const RUNS: readonly string[] = ['prepass', 'tracking']

t.test('Every wish and every contact is accounted for once', async () => {
  const states = fc.constantFrom('scheduled', 'uploaded', 'prepass', 'tracking', 'proposed', 'conflicting')
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: -20, max: 400 }), { maxLength: 10 }),
      fc.array(states, { minLength: 10, maxLength: 10 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 10 }),
      (starts, kinds, wanted) => {
        const old = starts.map((start, i) => booked(start, { state: kinds[i] as Booked['state'] }))
        const wishes = wanted.map((start, index) => wish(start, { index }))
        const d = diff(old, wishes)
        return (
          d.create.length + d.kept === wishes.length &&
          d.standing.length === old.length - d.cancel.length + d.create.length &&
          d.cancel.every((b) => b.state === 'conflicting' || (b.aos > NOW && !RUNS.includes(b.state))) &&
          new Set([...d.drift, ...d.retime, ...d.relabel].map((p) => p.booked.id)).size ===
            d.drift.length + d.retime.length + d.relabel.length
        )
      },
    ),
  )
})

t.test('D4: what a person has fixed stays without being wished for', async (t) => {
  const result = diff([booked(60, { fixed: true }), booked(90)], [])
  t.match(result.cancel, [{ id: 'b90' }])
  t.same(
    result.standing.map(({ aos }) => aos),
    [NOW + 60 * MINUTE],
  )
})

t.test('A worth that changes a little is not told; one that changes much is', async (t) => {
  t.match(diff([booked(60)], [wish(60, { worth: 1005 })]), { relabel: [] })
  t.match(diff([booked(60)], [wish(60, { worth: 1500 })]), { relabel: [{ booked: { id: 'b60' } }] })
})

t.test('Of 25,000 contacts of one satellite over one station each is found again', (t) => {
  const span = (i: number) => ({ aos: NOW + i * 2 * SECOND, los: NOW + (i * 2 + 1) * SECOND })
  const all = Array.from({ length: 25_000 }, (_, i) => i + 1)
  const contacts = all.map((i) => booked(0, { id: `b${i}`, ...span(i) }))
  const wishes = all.map((i) => wish(0, { index: i, ...span(i), tca: span(i).aos }))
  const diff = diffSchedule(contacts, wishes, WINDOW, NOW)
  t.match(diff, { kept: all.length, create: [], cancel: [], drift: [], retime: [] })
  t.end()
})
