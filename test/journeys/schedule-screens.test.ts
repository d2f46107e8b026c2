/** The schedule, passes, campaigns and a satellite as an operator uses them, in one Chromium. */
import path from 'node:path'
import { gstime, radiansToDegrees } from 'satellite.js'
import t, { type Test } from 'tap'
import { HOUR, iso, MINUTE } from '../../shared/time.js'
import { ORG, OWNER, type TestCore, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { ISS } from '../support/iss.js'
import { findings, picture, tooWide } from './axe.js'
import { type Browser, openBrowser, signInPage } from './browser.js'
import { join } from './joined.js'

t.setTimeout(240_000)
const DASHBOARD = process.env['DASH'] ?? path.resolve(import.meta.dirname, '../../dashboard')
const PATIENCE_MS = 30_000
const DESK = { width: 1440, height: 900 }
const SIZES = { desk: DESK, tablet: { width: 820, height: 1180 }, phone: { width: 390, height: 844 } }
const NOAA = 90_001
const AQUA = 90_002
const SITE = { lat: 48.1, lon: 11.6, altM: 520 }

interface Seat extends Browser {
  readonly core: TestCore
  readonly stationId: string
}

const at = (tail: string) => `/orgs/${ORG}${tail}`

async function must(answer: Promise<{ status: number; body: unknown }>) {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`answered ${status} ${JSON.stringify(body)}`)
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects of an answer.
  return body as any
}

/** One station, two satellites, a campaign for the first, and a schedule that refused the second. */
async function booked(core: TestCore): Promise<string> {
  const now = core.clock.now()
  const { owner } = core
  // It lies the same way over the ground at every hour: four passes a day.
  const node = (radiansToDegrees(gstime(new Date(now))) + 60) % 360
  const sets = [NOAA, AQUA].map((id) => ({
    ...{ ...ISS, NORAD_CAT_ID: id, OBJECT_NAME: id === NOAA ? 'NOAA 20' : 'AQUA' },
    ...{ INCLINATION: 98, RA_OF_ASC_NODE: node },
    EPOCH: iso(now - HOUR).replace('Z', '000'),
  }))
  await must(owner.api('POST', '/elements/import', { source: 'test', text: JSON.stringify(sets) }))
  const { elementsHash } = await must(owner.api('GET', `/satellites/${NOAA}`))
  const { stationId } = await join(core, owner, 'Roof', ORG)
  await must(owner.api('PATCH', at(`/stations/${stationId}`), { site: SITE }))
  const campaign = await must(
    owner.api('POST', at('/campaigns'), { name: 'Weather', priority: 7, satellites: [String(NOAA)] }),
  )
  const slot = { stationId, satelliteId: String(NOAA), priority: 7, worth: 3120 }
  const times = { aos: iso(now + 40 * MINUTE), los: iso(now + 50 * MINUTE) }
  await must(
    core.director().api('PUT', at('/schedule'), {
      ...{ from: iso(now), to: iso(now + 24 * HOUR), value: 3120, bound: 3182.4, wholeAt: iso(now) },
      contacts: [
        {
          ...{ ...slot, ...times, campaignId: campaign.id, tca: iso(now + 45 * MINUTE) },
          ...{ aosAz: 10, losAz: 190, maxEl: 60, elementsEpoch: iso(now - HOUR) },
          elementsHash,
        },
      ],
      refused: [
        {
          ...{ stationId, satelliteId: String(AQUA), ...times, worth: 2040, rule: 'antenna', limit: null },
          ...{ reason: 'the antenna follows NOAA 20 then', beatenBy: [{ ...slot, ...times }] },
        },
      ],
      refusedCount: 1,
    }),
  )
  return stationId
}

async function seat(t: Test): Promise<Seat | null> {
  const core = await testCore(t, { dashboardDir: DASHBOARD })
  const stationId = await booked(core)
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return null
  browser.page.setDefaultTimeout(PATIENCE_MS)
  await browser.page.setViewportSize(DESK)
  await browser.page.goto(core.url)
  await signInPage(core, browser, OWNER)
  return { ...browser, core, stationId }
}

/** As it stands: nothing wider than the screen, nothing that axe calls serious, in both themes. */
async function looks(t: Test, { page }: Seat, name: string) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    t.same(await tooWide(page), [], `${name} fits ${size}`)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await picture(page, `${name}-${size}-${colorScheme}`)
      // Each theme and each layout once: axe takes a second each time.
      if (`${size} ${colorScheme}` === 'desk dark' || `${size} ${colorScheme}` === 'phone light')
        t.same(await findings(page), [], `${name} ${size} ${colorScheme}`)
    }
  }
  await page.setViewportSize(DESK)
}

async function whyBooked(t: Test, here: Seat) {
  const { page, core } = here
  const dialog = page.getByRole('dialog')
  await page.goto(`${core.url}/schedule`)
  await page.getByText('is worth more than 2.0 % above it').waitFor()
  await page.getByRole('button', { name: /^NOAA 20, Roof,/ }).waitFor()
  await looks(t, here, 'schedule')
  await page.getByRole('button', { name: /^NOAA 20, Roof,/ }).click()
  await dialog.getByText('For the campaign Weather, priority 7 of 10.').waitFor()
  await dialog.getByText('AQUA').waitFor()
  await looks(t, here, 'why')
  await dialog.getByRole('button', { name: 'Fix' }).click()
  await dialog.getByText('Fixed by you: no schedule moves it.').waitFor()
  await dialog.getByRole('button', { name: 'Let it move' }).click()
  await dialog.getByRole('button', { name: 'Fix' }).waitFor()
  await page.keyboard.press('Escape')
}

async function whyNot(t: Test, here: Seat) {
  const { page, core } = here
  const dialog = page.getByRole('dialog')
  await page.getByRole('row', { name: /AQUA/ }).getByRole('button', { name: 'Why?' }).click()
  await dialog.getByText('the antenna follows NOAA 20 then').waitFor()
  t.match(
    await dialog.locator('.slot-line').innerText(),
    /NOAA 20[\s\S]*3.120/,
    'what beat it, and its worth',
  )
  await looks(t, here, 'why-not')
  await dialog.getByRole('button', { name: 'Forbid…' }).click()
  await dialog.getByRole('textbox', { name: 'Why' }).fill('crane in the way')
  await dialog.getByRole('button', { name: 'Forbid', exact: true }).click()
  const forbidden = page.getByRole('region', { name: 'Forbidden' })
  await forbidden.getByText('crane in the way').waitFor()
  const { body } = await core.owner.api('GET', at('/schedule/forbidden'))
  t.match(body.items, [{ satelliteId: String(AQUA), reason: 'crane in the way' }])
  await forbidden.getByRole('button', { name: 'Allow again' }).click()
  await forbidden.getByText('Nothing is forbidden.').waitFor()
}

async function maintenance(t: Test, here: Seat) {
  const { page, core, stationId } = here
  const dialog = page.getByRole('dialog')
  await page.getByRole('combobox', { name: 'Maintenance of which station?' }).selectOption('Roof')
  await dialog.getByText('No maintenance is planned.').waitFor()
  await dialog.getByRole('textbox', { name: 'Why' }).fill('new bearing')
  await dialog.getByRole('button', { name: 'Plan maintenance' }).click()
  await dialog.getByText('one contact is called off').waitFor()
  await dialog.getByText('new bearing').waitFor()
  await looks(t, here, 'maintenance')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: /^Maintenance: new bearing/ }).click()
  await dialog.getByRole('button', { name: 'End it' }).click()
  await dialog.getByText('No maintenance is planned.').waitFor()
  t.same((await core.owner.api('GET', at(`/stations/${stationId}/maintenance`))).body.items, [])
  await page.keyboard.press('Escape')
}

async function passes(t: Test, here: Seat) {
  const { page } = here
  await page.getByRole('link', { name: 'Passes' }).click()
  await page.getByRole('searchbox', { name: 'Satellite' }).fill('aqua')
  await page.getByRole('button', { name: /^AQUA/ }).click()
  await page.getByText('Next in sight:').waitFor()
  t.match(page.url(), `/passes?satellite=${AQUA}`, 'the address can be sent to others')
  await looks(t, here, 'passes')
  const rows = page.getByRole('row', { name: /^AQUA/ })
  await rows.getByRole('button', { name: 'Book' }).first().click()
  await rows.getByRole('link', { name: 'booked' }).first().waitFor()
  const calendar = page.waitForEvent('download')
  await page.getByRole('link', { name: 'calendar (ICS)' }).click()
  t.equal((await calendar).suggestedFilename(), `talos-${ORG}-passes.ics`)
}

async function satellite(t: Test, here: Seat) {
  const { page } = here
  await page.getByRole('link', { name: 'AQUA' }).first().click()
  await page.getByRole('heading', { name: 'AQUA' }).waitFor()
  await page.getByText('No campaign wants it.').waitFor()
  await page.getByText('in use').waitFor()
  await page.getByRole('link', { name: 'booked' }).first().waitFor()
  await looks(t, here, 'satellite')
  await page.getByRole('link', { name: 'booked' }).first().click()
  await page.getByText('Booked by hand, for no campaign.').waitFor()
  await looks(t, here, 'contact')
}

async function campaign(t: Test, here: Seat) {
  const { page, core } = here
  const dialog = page.getByRole('dialog')
  await page.goto(`${core.url}/campaigns`)
  await page.getByRole('button', { name: 'New campaign' }).click()
  await dialog.getByText('Choose satellites, and what there would be for them is shown here.').waitFor()
  await dialog.getByRole('searchbox', { name: 'Satellites' }).fill('noaa')
  await dialog.getByRole('button', { name: /^NOAA 20/ }).click()
  await dialog.getByText('The campaign Weather (priority 7) has it, since it ranks higher.').waitFor()
  await dialog.getByRole('radio', { name: '8' }).check({ force: true })
  await dialog.getByText(/passes while nothing else is booked there/).waitFor()
  await dialog.getByRole('textbox', { name: 'Contacts a day, at least' }).fill('900')
  await dialog.getByText('That is fewer than the 900 a day that it wants.').waitFor()
  await looks(t, here, 'campaign')
  const before = await core.owner.api('GET', at('/campaigns'))
  t.equal(before.body.items.length, 1, 'a preview saves nothing')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Storms')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByText('at least 900 a day').waitFor()
  await looks(t, here, 'campaigns')
}

t.test('The schedule and what people do with it', async (t) => {
  const here = await seat(t)
  if (here === null) return
  await t.test('a contact says why it is there, and can be fixed', (t) => whyBooked(t, here))
  await t.test('a refused pass says what beat it, and can be forbidden', (t) => whyNot(t, here))
  await t.test('maintenance is planned and ended from the timeline', (t) => maintenance(t, here))
  await t.test('the next pass of a satellite is found and booked by hand', (t) => passes(t, here))
  await t.test('a satellite and its contact have pages', (t) => satellite(t, here))
  await t.test('a campaign is previewed before it is saved', (t) => campaign(t, here))
  t.same(here.faults, [], 'no error of the console, no violation of the policy')
})
