import t from 'tap'
import { firmOf, handCampaigns, standingOf } from '../../director/by-hand.js'
import type { Opportunity } from '../../director/opportunities.js'
import type { Contact } from '../../shared/api/contacts.js'
import { iso, MINUTE, SECOND } from '../../shared/time.js'
import { campaign, contact, elements, mount, NOW, record, SITE, station } from './fixtures.js'

const [omm] = elements()
if (omm === undefined) throw new Error('no training satellite')

const fixed = (id: string, satelliteId: string, fromMin: number, over: Partial<Contact> = {}): Contact =>
  contact(id, {
    ...{
      satelliteId,
      fixedBy: 'ada',
      aos: iso(NOW + fromMin * MINUTE),
      los: iso(NOW + (fromMin + 10) * MINUTE),
    },
    ...over,
  })

/** The pass of a contact, so much later by newer elements. */
const moved = ({ stationId, satelliteId, aos, los }: Contact, byMs: number): Opportunity => ({
  antenna: { station: station(stationId), site: SITE, mount: mount() },
  satellite: {} as Opportunity['satellite'],
  record: { ...record(omm), id: satelliteId },
  campaign: campaign('by-hand', [satelliteId]),
  onTarget: 1,
  link: { downlinkHz: null, uplinkHz: null, power: 1 },
  pass: {
    ...{ aos: Date.parse(aos) + byMs, tca: Date.parse(aos) + byMs, los: Date.parse(los) + byMs },
    ...{ aosAz: 0, tcaAz: 90, losAz: 180, maxEl: 40, durationS: 600, rangeKm: 1000 },
    light: { aos: 'sunlit', tca: 'sunlit', los: 'sunlit' },
    ...{ clippedStart: false, clippedEnd: false },
  },
})

const firm = (contacts: readonly Contact[], found: readonly Opportunity[], isMaintained = false) =>
  firmOf(
    contacts,
    standingOf(contacts, found, NOW),
    isMaintained
      ? found.map((opportunity) => ({ opportunity, rule: 'maintenance', reason: 'new cable' }))
      : [],
    NOW,
    () => 30 * SECOND,
  )

t.test('D4: the antenna is kept for a fixed contact at the times that it will have', (t) => {
  const a = fixed('contact-a', '1', 60)
  t.match(firm([a], [moved(a, 40 * SECOND)]), [{ aosMs: Date.parse(a.aos) + 40 * SECOND }])
  t.match(firm([a], []), [{ aosMs: Date.parse(a.aos) }], 'without a pass it stays where it is')
  t.same(firm([a], [moved(a, 0)], true), [], 'not while the station is in maintenance')
  t.end()
})

t.test('D4: of two fixed contacts that have moved into each other one keeps the antenna', (t) => {
  const [a, b] = [fixed('contact-a', '1', 60), fixed('contact-b', '2', 71, { priority: 8 })]
  t.equal(firm([a, b], [moved(a, 0), moved(b, 0)]).length, 2)
  t.match(firm([a, b], [moved(a, 31 * SECOND), moved(b, 0)]), [{ satelliteId: '2' }])
  const running = { ...a, state: 'tracking' as const }
  t.match(firm([running, b], [moved(b, -31 * SECOND)]), [{ satelliteId: '1' }], 'what runs stands')
  t.end()
})

t.test(
  'C7: what an antenna waits for moves with newer elements while there is time for another plan',
  (t) => {
    const waiting = (fromMin: number) => fixed('contact-a', '1', fromMin, { state: 'prepass', fixedBy: null })
    t.match(handCampaigns([waiting(5)], NOW), [{ satellites: ['1'], stations: ['station-1'] }])
    t.match(standingOf([waiting(5)], [moved(waiting(5), 9 * SECOND)], NOW), [
      { pass: { record: { id: '1' } } },
    ])
    t.match(firm([waiting(5)], [moved(waiting(5), 9 * SECOND)]), [{ aosMs: NOW + 5 * MINUTE + 9 * SECOND }])
    t.same(handCampaigns([waiting(0.4)], NOW), [])
    t.match(standingOf([waiting(0.4)], [moved(waiting(0.4), 9 * SECOND)], NOW), [{ pass: null }])
    t.end()
  },
)
