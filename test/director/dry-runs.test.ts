import t from 'tap'
import type { Flight } from '../../director/dry-run.js'
import { DryRuns } from '../../director/dry-runs.js'
import { type Antenna, antennaOf, type Opportunity } from '../../director/opportunities.js'
import { Thread } from '../../director/thread.js'
import { findPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { HOUR } from '../../shared/time.js'
import { campaign, elements, mount, NOW, record, SITE, station } from './fixtures.js'

const found = elements().flatMap((omm): Opportunity[] => {
  const satellite = satelliteFrom(omm)
  const [pass] = findPasses(satellite, SITE, NOW, NOW + HOUR, { minElevation: 10 })
  const antenna = antennaOf(station('station-1'))
  if (pass === undefined || antenna === null) return []
  const demand = { record: record(omm), campaign: campaign('campaign-1', [String(omm.NORAD_CAT_ID)]) }
  return [
    {
      antenna,
      satellite,
      ...demand,
      pass,
      onTarget: 0.8,
      link: { downlinkHz: null, uplinkHz: null, power: 1 },
    },
  ]
})
const [one] = found
if (one === undefined) throw new Error('no pass')

const thread = new Thread<readonly Flight[], readonly (string | null)[]>(
  new URL('../../director/dry-run-worker.js', import.meta.url),
  'dry run',
)
t.teardown(() => thread.stop())

t.test('each flight is run once on its mount; what has changed is run again', async (t) => {
  const asked: number[] = []
  const runs = new DryRuns({
    ask: (flights) => {
      asked.push(flights.length)
      return thread.ask(flights)
    },
  })
  t.same(
    await runs.obstacles(found, NOW),
    found.map(() => null),
  )
  const moved = { ...one, pass: { ...one.pass, aos: one.pass.aos + 2 } }
  t.same(await runs.obstacles([moved], NOW), [null], 'a millisecond or two is the same flight')
  const frozen: Antenna = { ...one.antenna, mount: mount({ azMin: 0, azMax: 1 }) }
  t.match(await runs.obstacles([one, { ...one, antenna: frozen }], NOW), [null, /reaches nothing/])
  const sure: Antenna = { ...one.antenna, mount: mount({ azMin: 0, azMax: 2 }) }
  await runs.obstacles([{ ...one, antenna: sure, onTarget: 1 }], NOW)
  t.same(asked, [found.length, 1], 'what the mount holds by a first look is not run')
  await runs.obstacles([one], one.pass.los + 1)
  t.same(asked, [found.length, 1, 1], 'what is over is forgotten')
})
