import path from 'node:path'
import t from 'tap'
import { separation } from '../../shared/angles.js'
import type { Omm } from '../../shared/messages.js'
import { lookAngles } from '../../shared/orbit/look.js'
import { findPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { trainingElements } from '../../shared/orbit/training.js'
import { temporaryDirectory } from '../support/directory.js'
import { DUMMY_MOUNT } from '../support/mounts.js'
import { agentConfig, rotctldPort } from './antenna.js'
import { ORG, OWNER, Person } from './person.js'
import { eventually, logged, runTalos, talos } from './programs.js'

/** The pass is half a minute after the newer elements, and short. */
t.setTimeout(240_000)

const SITE = { lat: 40.4, lon: 3.7, altM: 0 }
/** From the first elements to the culmination: longer than a busy machine takes to upload the plan. */
const AHEAD_S = 100
/** From the newer elements, which bring the same pass sooner: longer than the new plan and the antenna need. */
const SOON_S = 36
/** Training passes rise this long before they culminate, about. */
const RISE_S = 230
/** So much below the culmination the pass begins: some seven seconds before it. */
const BELOW_DEG = 0.2

/**
 * The pass is in the west, 260 degrees, which is -100; the rotator begins at 0. With no more travel than that the antenna
 * is in place within twenty seconds, and the plan is not begun while the elements are renewed.
 */
const MOUNT = { ...DUMMY_MOUNT, azMin: -150, azMax: 0 }

/** Elements of a satellite that culminates over the site so much later; where it does is the same at any time. */
function culminating(nowMs: number, aheadS: number): { omm: Omm; minElevation: number } {
  const [omm] = trainingElements(nowMs, [SITE], aheadS - RISE_S)
  if (omm === undefined) throw new Error('no training satellite')
  const [pass] = findPasses(satelliteFrom(omm), SITE, nowMs, nowMs + 10 * 60_000, { minElevation: 20 })
  if (pass === undefined) throw new Error('no pass')
  return { omm, minElevation: pass.maxEl - BELOW_DEG }
}

t.test('C7: elements renewed before a pass make a drifted contact, whose new plan is flown', async (t) => {
  const port = await rotctldPort(t)
  if (port === null) return
  const folder = temporaryDirectory(t)
  const env = { TALOS_DATA_DIR: path.join(folder, 'core'), TALOS_OWNER_EMAIL: OWNER }
  const core = await runTalos(t, ['core'], { ...env, TALOS_HTTP_PORT: '0', TALOS_MQTT_PORT: '0' })
  const { url = '', mqttUrl = '', ownerLink } = core.ready
  const owner = new Person(url)
  await owner.signIn(ownerLink ?? '')
  const { enrollUrl } = await owner.post(`/orgs/${ORG}/enrollment-tokens`, { name: 'Drift' })
  const config = agentConfig(path.join(folder, 'agent'), port, 'Drift', SITE, MOUNT)
  await talos(['agent', 'enroll', enrollUrl, '--config', config])
  const agent = await runTalos(t, ['agent', 'run', '--config', config])
  const director = await runTalos(t, ['director'], { ...env, TALOS_CORE_URL: url, TALOS_MQTT_URL: mqttUrl })

  const { omm: old, minElevation } = culminating(Date.now(), AHEAD_S)
  const source = 'upload:journey'
  const importing = async (omm: Omm) =>
    t.match(
      await owner.post('/elements/import', { source, text: JSON.stringify([omm]) }),
      { imported: 1 },
      `elements of ${omm.EPOCH}`,
    )
  await importing(old)
  const [station] = (await owner.get(`/orgs/${ORG}/stations`)).items
  await owner.ask('PATCH', `/orgs/${ORG}/stations/${station.id}`, { minElevation })
  const satellites = [String(old.NORAD_CAT_ID)]
  await owner.post(`/orgs/${ORG}/campaigns`, {
    ...{ name: 'One', priority: 5, satellites, minDurationS: 10 },
    ...{ downlinkHz: 437_800_000 },
  })
  const contacts = `/orgs/${ORG}/contacts`
  const contactIn = (state: string) => async () => {
    const { items } = await owner.get(`${contacts}?limit=10`)
    return items.find((c: { state: string }) => c.state === state) ?? null
  }
  const before = await eventually('the first plan is at the station', 40_000, contactIn('uploaded'))
  t.match(before, { downlinkHz: 437_800_000, dryRun: { onTarget: 1 } }, 'what the plan will do is told')

  const renewed: Omm = { ...culminating(Date.now(), SOON_S).omm, ELEMENT_SET_NO: 2 }
  await importing(renewed)
  const ended = await eventually('the contact ends', 120_000, async () => {
    const now = await owner.get(`${contacts}/${before.id}`)
    return now.receipt === null ? null : now
  })
  const states = ended.events.map((event: { to: string }) => event.to)
  t.same(states.slice(0, 6), ['proposed', 'scheduled', 'uploaded', 'drifted', 'scheduled', 'uploaded'])
  t.equal(ended.state, 'completed', `${ended.cause}: ${states.join(', ')}`)
  t.not(ended.elementsHash, before.elementsHash)
  const earlierS = (Date.parse(before.aos) - Date.parse(ended.aos)) / 1000
  const sinceFirstS = (Date.parse(renewed.EPOCH) - Date.parse(old.EPOCH)) / 1000
  const expectedS = AHEAD_S - SOON_S - sinceFirstS
  t.ok(Math.abs(earlierS - expectedS) < 2, `the satellite comes ${earlierS} s sooner, not ${expectedS}`)
  t.equal(ended.receipt.hash, ended.planHash, 'the station flew the new plan')

  const satellite = satelliteFrom(renewed)
  const errors = (ended.receipt.samples as (number | null)[][]).flatMap(([sinceT0, , , az, el]) => {
    const ms = Date.parse(ended.aos) + (sinceT0 ?? 0)
    if (az == null || el == null || ms < Date.parse(ended.aos) || ms > Date.parse(ended.los)) return []
    return [separation({ az, el }, lookAngles(satellite, SITE, ms))]
  })
  t.ok(errors.length >= 5, `${errors.length} looks during the pass`)
  t.ok(Math.max(...errors) < 1.5, `never more than ${Math.max(...errors)} degrees from the newer elements`)

  for (const [name, running] of Object.entries({ agent, director, core })) {
    t.equal(await running.end('SIGTERM'), 0, `${name} ends cleanly`)
    t.same(logged(running.output(), 50), [], `the log of ${name} has no error`)
  }
})
