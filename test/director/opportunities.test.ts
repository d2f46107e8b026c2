import t from 'tap'
import {
  antennaOf,
  demands,
  opportunitiesIn,
  standOf,
  usableSatellite,
} from '../../director/opportunities.js'
import { searchPasses } from '../../shared/orbit/passes.js'
import { DAY, HOUR } from '../../shared/time.js'
import { campaign, elements, mount, NOW, record, station } from './fixtures.js'

const records = new Map(elements().map((omm) => [String(omm.NORAD_CAT_ID), record(omm)]))
const [first] = [...records.keys()]
if (first === undefined) throw new Error('no training satellite')

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
  const look = (over: Parameters<typeof campaign>[2]) => {
    const demand = { campaign: campaign('campaign-a', [first], over), record: found }
    const satellite = usableSatellite(demand, NOW)
    const table = searchPasses([satellite], [standOf(antenna)], NOW, NOW + HOUR)
    return opportunitiesIn(table, [{ ...demand, satellite }], [antenna]).length
  }
  t.equal(look({}), 1)
  t.equal(look({ stations: ['station-2'] }), 0)
  t.equal(look({ minDurationS: 3600 }), 0)
  t.equal(look({ minMaxElevation: 89 }), 0)
  t.end()
})

t.test('a pass that the window cuts counts from its begin, and not at all beyond its end', (t) => {
  const antenna = antennaOf(station('station-1', { mount: mount() }))
  const found = records.get(first)
  if (antenna === null || found === undefined) throw new Error('no antenna')
  const demand = { campaign: campaign('campaign-a', [first]), record: found }
  const satellite = usableSatellite(demand, NOW)
  const look = (from: number, to: number) =>
    opportunitiesIn(
      searchPasses([satellite], [standOf(antenna)], from, to),
      [{ ...demand, satellite }],
      [antenna],
    )
  const pass = look(NOW, NOW + HOUR)[0]?.pass
  if (pass === undefined) throw new Error('no pass')
  t.equal(look(pass.tca, NOW + HOUR)[0]?.pass.aos, pass.tca)
  t.same(look(NOW, pass.tca), [])
  t.end()
})

t.test('what the mount cannot reach is no pass for it', (t) => {
  const low = antennaOf(station('station-1', { mount: mount(), minElevation: 5 }))
  const high = antennaOf(station('station-1', { mount: { ...mount(), elMin: 20 }, minElevation: 5 }))
  if (low === null || high === null) throw new Error('no antenna')
  t.same([standOf(low).minElevation, standOf(high).minElevation], [5, 20])
  t.end()
})
