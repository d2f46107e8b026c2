import t from 'tap'
import {
  type Antenna,
  antennaOf,
  demands,
  opportunitiesIn,
  standOf,
  type Usable,
  usableSatellite,
} from '../../director/opportunities.js'
import { searchPiece } from '../../director/pass-piece.js'
import type { Campaign } from '../../shared/api/campaigns.js'
import type { Station } from '../../shared/api/fleet.js'
import { NO_NEED, type RadioNeed } from '../../shared/radio-fit.js'
import { DAY, HOUR, iso, MINUTE } from '../../shared/time.js'
import { campaign, elements, mount, NOW, record, station } from './fixtures.js'

const records = new Map(elements().map((omm) => [String(omm.NORAD_CAT_ID), record(omm)]))
const [first] = [...records.keys()]
if (first === undefined) throw new Error('no training satellite')

/** What one antenna finds of one satellite. */
const look = (antenna: Antenna, usable: Usable, fromMs: number, toMs: number, need: RadioNeed = NO_NEED) =>
  opportunitiesIn(
    searchPiece({
      elements: [usable.record.omm],
      stands: [standOf(antenna)],
      mounts: [antenna.mount],
      fromMs,
      toMs,
    }),
    [{ ...usable, need }],
    [antenna],
  )

/** A station as an antenna, and the first training satellite as a campaign wants it. */
function pair(of: Partial<Station> = {}, over: Partial<Campaign> = {}): { antenna: Antenna; usable: Usable } {
  const antenna = antennaOf(station('station-1', { mount: mount(), ...of }))
  const found = records.get(first ?? '')
  if (antenna === null || found === undefined) throw new Error('no antenna')
  const demand = { campaign: campaign('campaign-a', [found.id], over), record: found }
  return { antenna, usable: { ...demand, satellite: usableSatellite(demand, NOW) } }
}

t.test('a station without a site, or one that is not approved, is no antenna', (t) => {
  t.equal(antennaOf(station('station-1', { site: null })), null)
  t.equal(antennaOf(station('station-1', { mount: null })), null)
  t.equal(antennaOf(station('station-1', { status: 'pending' })), null)
  const locked = { at: '2026-11-22T12:00:00.000Z', reason: 'new bearing', by: { id: 'user-1', email: null } }
  t.equal(antennaOf(station('station-1', { locked })), null)
  t.not(antennaOf(station('station-1')), null)
  t.end()
})

t.test(
  'a satellite that two campaigns want belongs to the higher priority; disabled campaigns want nothing',
  (t) => {
    const low = campaign('campaign-a', [first], { priority: 2 })
    const high = campaign('campaign-b', [first], { priority: 8 })
    const off = campaign('campaign-c', [first], { priority: 10, enabled: false })
    t.same(
      demands([low, high, off], records, NOW).map((d) => d.campaign.id),
      ['campaign-b'],
    )
    t.same(demands([campaign('campaign-a', ['404'])], records, NOW), [])
    t.end()
  },
)

t.test('with stale elements a satellite belongs to the campaign that allows them', (t) => {
  const strict = campaign('campaign-a', [first], { priority: 8 })
  const lenient = campaign('campaign-b', [first], { priority: 2, allowStale: true })
  const owner = (nowMs: number) => demands([strict, lenient], records, nowMs).map((d) => d.campaign.id)
  t.same(owner(NOW), ['campaign-a'])
  t.same(owner(NOW + 20 * DAY), ['campaign-b'])
  t.same(
    demands([strict], records, NOW + 20 * DAY).map((d) => d.campaign.id),
    ['campaign-a'],
    'where none allows them, the refusal is still that of the first',
  )
  t.end()
})

t.test('stale elements are refused unless the campaign allows them', (t) => {
  const found = records.get(first)
  if (found === undefined) throw new Error('no record')
  const later = NOW + 20 * DAY
  t.throws(() => usableSatellite({ campaign: campaign('campaign-a', [first]), record: found }, later), {
    code: 'elements_stale',
  })
  t.ok(
    usableSatellite(
      { campaign: campaign('campaign-a', [first], { allowStale: true }), record: found },
      later,
    ),
  )
  t.end()
})

t.test('a campaign for other stations, or with higher demands, finds nothing', (t) => {
  const antenna = antennaOf(station('station-1', { mount: mount() }))
  const found = records.get(first)
  if (antenna === null || found === undefined) throw new Error('no antenna')
  const count = (over: Parameters<typeof campaign>[2]) => {
    const demand = { campaign: campaign('campaign-a', [first], over), record: found }
    const satellite = usableSatellite(demand, NOW)
    return look(antenna, { ...demand, satellite }, NOW, NOW + HOUR).found.length
  }
  t.equal(count({}), 1)
  t.equal(count({ stations: ['station-2'] }), 0)
  t.equal(count({ minDurationS: 3600 }), 0)
  t.equal(count({ minMaxElevation: 89 }), 0)
  t.end()
})

t.test('a pass that the window cuts counts from its begin, and not at all beyond its end', (t) => {
  const antenna = antennaOf(station('station-1', { mount: mount() }))
  const found = records.get(first)
  if (antenna === null || found === undefined) throw new Error('no antenna')
  const demand = { campaign: campaign('campaign-a', [first]), record: found }
  const satellite = usableSatellite(demand, NOW)
  const within = (from: number, to: number) => look(antenna, { ...demand, satellite }, from, to).found
  const pass = within(NOW, NOW + HOUR)[0]?.pass
  if (pass === undefined) throw new Error('no pass')
  t.equal(within(pass.tca, NOW + HOUR)[0]?.pass.aos, pass.tca)
  t.same(within(NOW, pass.tca), [])
  t.end()
})

t.test('what the mount cannot reach is no pass for it', (t) => {
  const low = antennaOf(station('station-1', { mount: mount(), minElevation: 5 }))
  const high = antennaOf(station('station-1', { mount: { ...mount(), elMin: 20 }, minElevation: 5 }))
  if (low === null || high === null) throw new Error('no antenna')
  t.same([standOf(low).minElevation, standOf(high).minElevation], [5, 20])
  t.end()
})

t.test(
  'In maintenance, and while it is in place for it, an antenna has no opportunity, and the window says why',
  (t) => {
    const { antenna, usable } = pair()
    const [plain] = look(antenna, usable, NOW, NOW + HOUR).found
    if (plain === undefined) return t.fail('no pass')
    const { aos, los } = plain.pass
    const made = { id: 'window-1', createdBy: 'ada', createdAt: iso(NOW), reason: 'new bearing' }
    const during = (from: number, to: number, over: Partial<Campaign> = {}) => {
      const kept = pair({ maintenance: [{ ...made, from: iso(from), to: iso(to) }] }, over)
      return look(kept.antenna, kept.usable, NOW, NOW + HOUR)
    }
    t.match(during(aos + MINUTE, aos + 2 * MINUTE), {
      found: [],
      hindered: [{ rule: 'maintenance', reason: /new bearing/, opportunity: { pass: { aos } } }],
    })
    t.equal(during(los, los + HOUR).found.length, 1, 'what only touches it is none of its business')
    t.equal(during(aos - MINUTE, aos).found.length, 1)
    t.equal(during(los, los + HOUR, { postpassS: 1 }).hindered.length, 1)
    t.equal(during(aos - MINUTE, aos, { prepassS: 1 }).hindered.length, 1)
    t.end()
  },
)

t.test(
  'A radio that cannot hear the satellite makes no opportunity; one that can says on which frequency',
  (t) => {
    const need = { downlinkHz: 137_100_000, uplinkHz: null, polarisation: 'rhcp', mustSend: false } as const
    const band = { direction: 'receive', lowHz: 137e6, highHz: 138e6, polarisation: 'rhcp' } as const
    const good = pair({ rf: [band] })
    t.match(look(good.antenna, good.usable, NOW, NOW + HOUR, need).found, [
      { link: { downlinkHz: 137_100_000, power: 1 } },
    ])
    const deaf = pair({ rf: [{ ...band, lowHz: 430e6, highHz: 440e6 }] })
    t.match(look(deaf.antenna, deaf.usable, NOW, NOW + HOUR, need), {
      found: [],
      hindered: [{ rule: 'radio', reason: 'the station does not receive on 137.1 MHz' }],
    })
    t.end()
  },
)

t.test(
  'C6: a pass is worth what the mount can hold of it; one that it cannot hold at all is refused',
  (t) => {
    const share = (of: Partial<ReturnType<typeof mount>>) => {
      const { antenna, usable } = pair({ mount: mount(of) })
      return look(antenna, usable, NOW, NOW + HOUR)
    }
    t.equal(share({}).found[0]?.onTarget, 1)
    const narrow = share({ azMin: 0, azMax: 30, elMin: 0 })
    const part = narrow.found[0]?.onTarget ?? narrow.hindered[0]?.opportunity.onTarget ?? 1
    t.ok(part < 0.5, `${part}`)
    t.match(share({ azRate: 0.001, elRate: 0.001, beamwidth: 0.1 }), {
      found: [],
      hindered: [{ rule: 'mount', reason: /in the beam for \d % of the pass/ }],
    })
    t.end()
  },
)
