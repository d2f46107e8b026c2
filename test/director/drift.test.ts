import t from 'tap'
import type { ScheduleWish } from '../../director/core-client.js'
import { Drifts, pointingShiftDeg } from '../../director/drift.js'
import { antennaOf } from '../../director/opportunities.js'
import { TalosError } from '../../shared/errors.js'
import type { Omm } from '../../shared/messages.js'
import { findPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { HOUR, iso } from '../../shared/time.js'
import { contact, elements, HASH, mount, NOW, record, SITE, station } from './fixtures.js'

const [omm] = elements()
if (omm === undefined) throw new Error('no training satellite')
const satellite = satelliteFrom(omm)
const [pass] = findPasses(satellite, SITE, NOW, NOW + HOUR, { minElevation: 10 })
if (pass === undefined) throw new Error('no pass')

/** The same orbit, `degrees` farther along. */
const along = (degrees: number): Omm => ({ ...omm, MEAN_ANOMALY: omm.MEAN_ANOMALY + degrees })
const NEWER = 'b'.repeat(64)

t.test('the shift of a pass is what its elements moved, largest where the satellite is nearest', (t) => {
  const shift = (by: number) =>
    pointingShiftDeg(satellite, satelliteFrom(along(by)), SITE, pass.aos, pass.los)
  t.equal(shift(0), 0)
  const [small, large] = [shift(0.05), shift(0.1)]
  t.ok(small > 0.05, `${small} degrees seen from the ground, which is nearer than the centre of the Earth`)
  t.ok(Math.abs(large / small - 2) < 0.1)
  t.end()
})

const antenna = antennaOf(station('station-1', { mount: mount({ beamwidth: 5 }) }))
if (antenna === null) throw new Error('no antenna')
const antennas = new Map([['station-1', antenna]])
const booked = contact('contact-1', {
  satelliteId: String(omm.NORAD_CAT_ID),
  aos: iso(pass.aos),
  tca: iso(pass.tca),
  los: iso(pass.los),
  planSeq: 1,
  planHash: HASH,
})
const wishOf = (elementsHash: string): ScheduleWish => ({
  ...{ from: iso(NOW), to: iso(NOW + HOUR), value: 1, bound: null, wholeAt: null },
  ...{ refused: [], refusedCount: 0, unmet: [] },
  contacts: [
    {
      ...{ stationId: booked.stationId, satelliteId: booked.satelliteId, campaignId: 'campaign-1' },
      ...{ priority: 5, worth: 1, aos: booked.aos, tca: booked.tca, los: booked.los },
      ...{ aosAz: 1, losAz: 2, maxEl: 3, elementsHash, elementsEpoch: iso(NOW) },
      ...{ downlinkHz: null, uplinkHz: null, prepassS: 0, postpassS: 0, shiftBeams: null },
    },
  ],
})
const drifts = (newest: Omm, plan: () => Promise<{ omm: Omm }>) =>
  new Drifts(
    { of: async () => ({ jws: '', hash: HASH, elementsHash: HASH, aos: booked.aos, ...(await plan()) }) },
    { find: async () => ({ ...record(newest), elementsHash: NEWER }) },
  )
const judged = async (d: Drifts, hash: string, contacts = [booked]) =>
  (await d.judged('main', wishOf(hash), contacts, antennas)).contacts[0]?.shiftBeams

t.test('a signed plan is compared with newer elements, in beam widths', async (t) => {
  const newest = along(0.1)
  const degrees = pointingShiftDeg(satellite, satelliteFrom(newest), SITE, pass.aos, pass.los)
  t.equal(
    await judged(
      drifts(newest, async () => ({ omm })),
      NEWER,
    ),
    degrees / 5,
  )
})

t.test(
  'there is nothing to compare without a plan, with its own elements, or for what has ended',
  async (t) => {
    const never = drifts(along(0.1), () => Promise.reject(new Error('asked')))
    t.equal(await judged(never, HASH), null)
    t.equal(await judged(never, NEWER, [{ ...booked, planHash: null }]), null)
    t.equal(await judged(never, NEWER, [{ ...booked, state: 'cancelled' }]), null)
    t.equal(await judged(never, NEWER, [{ ...booked, stationId: 'station-2' }]), null)
  },
)

t.test(
  'a plan that core does not have any more is judged by its times alone; a core that is away by nothing',
  async (t) => {
    const failing = (code: 'not_found' | 'unavailable') =>
      drifts(along(0.1), () => Promise.reject(new TalosError(code, 'no')))
    t.equal(await judged(failing('not_found'), NEWER), null)
    await t.rejects(judged(failing('unavailable'), NEWER), { code: 'unavailable' })
  },
)
