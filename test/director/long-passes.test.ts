import t from 'tap'
import { Booked, holdsOf } from '../../director/bookings.js'
import { standingOf } from '../../director/by-hand.js'
import { antennaOf, type Opportunity, opportunitiesIn, standOf } from '../../director/opportunities.js'
import { searchPiece } from '../../director/pass-piece.js'
import { buildPlan } from '../../director/plan.js'
import { makeSchedule } from '../../director/schedule.js'
import type { Question, Solved } from '../../director/schedule-worker.js'
import { Thread } from '../../director/thread.js'
import type { Campaign } from '../../shared/api/campaigns.js'
import type { Contact } from '../../shared/api/contacts.js'
import { planSchema } from '../../shared/messages.js'
import { setupMs } from '../../shared/mount/setup.js'
import { PIECE_MS } from '../../shared/orbit/long-passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { NO_NEED } from '../../shared/radio-fit.js'
import { DAY, HOUR, iso, MINUTE, SECOND } from '../../shared/time.js'
import { geostationary, molniya } from '../support/slow-orbits.js'
import { campaign, contact, mount, NOW, record, station } from './fixtures.js'

const solver = new Thread<Question, Solved>(
  new URL('../../director/schedule-worker.js', import.meta.url),
  'search for a schedule',
)
t.teardown(() => solver.stop())

const MOUNT = mount()
const antennas = [antennaOf(station('station-1', { mount: MOUNT }))].filter((a) => a !== null)

const geo = record(geostationary(NOW, 9))
const slow = record(molniya(NOW))
const GEO = campaign('campaign-geo', [geo.id], { priority: 2, prepassS: 60, postpassS: 30, partial: true })
const SLOW = campaign('campaign-slow', [slow.id], { priority: 9 })

const FROM = NOW + 7 * MINUTE

function found(campaigns: readonly Campaign[], fromMs: number, toMs = fromMs + DAY): Opportunity[] {
  const wanted = [geo, slow].flatMap((r) => {
    const own = campaigns.find((c) => c.satellites.includes(r.id))
    return own === undefined
      ? []
      : [{ campaign: own, record: r, satellite: satelliteFrom(r.omm), need: NO_NEED }]
  })
  const searched = searchPiece({
    elements: wanted.map((w) => w.record.omm),
    ...{ stands: antennas.map(standOf), mounts: [MOUNT], fromMs, toMs },
  })
  return opportunitiesIn(searched, wanted, antennas).found
}

async function chosen(
  campaigns: readonly Campaign[],
  nowMs: number,
  contacts: readonly Contact[] = [],
): Promise<Opportunity[]> {
  const schedule = await makeSchedule({
    opportunities: found(campaigns, nowMs + 20 * SECOND),
    ...{ campaigns, standing: [], forbidden: [], hindered: [], holdOf: holdsOf(contacts) },
    gapMs: () => setupMs(MOUNT),
    obstacles: async (some) => some.map(() => null),
    solve: (question) => solver.ask(question),
    ...{ nowMs, toMs: nowMs + DAY, memory: null },
  })
  return schedule.chosen.map(({ o }) => o).sort((a, b) => a.pass.aos - b.pass.aos)
}

const spans = (list: readonly Opportunity[]) =>
  list.map(({ record: r, pass }) => `${r.id} ${pass.aos} ${pass.los}`)

t.test(
  'What is always in sight is booked the whole day, without a gap, and the same an hour later',
  async (t) => {
    const first = await chosen([GEO], FROM)
    t.equal(first[0]?.pass.aos, FROM + 20 * SECOND, 'it is joined at once')
    t.ok(first.every((o, i) => i === 0 || o.pass.aos === first[i - 1]?.pass.los))
    t.ok((first.at(-1)?.pass.los ?? 0) > FROM + DAY - PIECE_MS)
    t.match(first[1]?.campaign, { id: GEO.id, prepassS: 0, postpassS: 0 }, 'at a joint nothing is waited for')
    const booked = first.map(({ record: r, pass, antenna: a }, i) =>
      contact(`contact-${i}`, {
        ...{ satelliteId: r.id, stationId: a.station.id, aos: iso(pass.aos), los: iso(pass.los) },
      }),
    )
    const later = await chosen([GEO], FROM + HOUR, booked)
    t.same(spans(later).slice(1, first.length), spans(first.slice(1)))
    const [running] = booked
    t.ok(running && !new Booked([running]).hasPass(later[1] as Opportunity), 'one piece is not the next')
    const standing = standingOf(
      booked.map((c) => ({ ...c, fixedBy: 'ada' })),
      found([GEO], FROM + HOUR),
      FROM + HOUR,
    )
    t.same(
      standing.map(({ contact: c, pass }) => [c.aos, pass && iso(pass.pass.aos)]),
      booked.slice(1).map((c) => [c.aos, c.aos]),
      'what a person has fixed is found again, piece by piece',
    )
  },
)

t.test(
  'A satellite of higher priority takes the pieces that it needs, with time to turn, and no others',
  async (t) => {
    const both = await chosen([GEO, SLOW], FROM)
    const [own, rest] = [
      both.filter((o) => o.record.id === slow.id),
      both.filter((o) => o.record.id === geo.id),
    ]
    t.same(spans(own), spans(await chosen([SLOW], FROM)))
    const meets = (a: Opportunity, b: Opportunity) =>
      a.pass.aos < b.pass.los + setupMs(MOUNT) && b.pass.aos < a.pass.los + setupMs(MOUNT)
    t.ok(own.length > 0 && rest.length > 0)
    t.same(
      spans(rest),
      spans((await chosen([GEO], FROM)).filter((o) => !own.some((other) => meets(o, other)))),
    )
  },
)

t.test('Minimums, days and plans are those of pieces', async (t) => {
  t.ok((await chosen([{ ...GEO, minDurationS: 4 * 3600 }], FROM)).every((o) => o.pass.durationS === 7200))
  const two = await chosen([{ ...GEO, maxPerDay: 2 }], FROM)
  t.same(
    two.map(({ pass }) => iso(pass.aos).slice(8, 10)),
    ['22', '22', '23', '23'],
  )
  const piece = found([GEO], FROM)[1]
  if (piece === undefined) return t.fail('no piece')
  const facts = { contactId: 'contact-1', satelliteId: geo.id, elementsHash: 'a'.repeat(64), prepassS: 0 }
  const { aos: aosMs, tca: tcaMs, los: losMs } = piece.pass
  const { plan, dryRun } = buildPlan(
    { ...facts, aosMs, tcaMs, losMs, downlinkHz: null, uplinkHz: null, onEnd: 'stop' },
    ...([piece.satellite, piece.antenna.site, MOUNT, NOW] as const),
  )
  planSchema.parse(plan)
  t.ok(
    plan.az.length <= 3000 && JSON.stringify(plan).length < 128 * 1024,
    `${JSON.stringify(plan).length} bytes`,
  )
  t.equal(dryRun.onTarget, 1)
})
