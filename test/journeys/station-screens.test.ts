import { randomUUID } from 'node:crypto'
import path from 'node:path'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { askAgent } from '../../agent/local/ask.js'
import { ORG, OWNER, type TestCore, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { findings, picture } from './axe.js'
import { type Browser, openBrowser, signInPage } from './browser.js'
import { type Furnished, furnish } from './furnished.js'
import { MOUNT } from './joined.js'
import { startAgent } from './small-agent.js'

const DASH = process.env['DASH'] ?? path.resolve(import.meta.dirname, '../../dashboard')
const BOB = 'bob@example.org'
const SIZES = { desk: [1440, 900], tablet: [820, 1180], phone: [390, 844] } as const
/** Two cores of a machine, two browsers. */
const PATIENCE_MS = 30_000

t.setTimeout(300_000)

/** One with every kind of limit. */
const NARROW = {
  ...{ ...MOUNT, azMin: 20, azMax: 300, elMin: 5, elMax: 85, parkAz: 180, parkEl: 60 },
  keepOut: [{ azFrom: 90, azTo: 120, elBelow: 35 }],
}

interface Place extends Furnished {
  readonly core: TestCore
}

async function seatOf(t: Test, { core, stationId }: Place, email: string): Promise<Browser | null> {
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return null
  const { page } = browser
  page.setDefaultTimeout(PATIENCE_MS)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(core.url)
  await signInPage(core, browser, email)
  await page.goto(`${core.url}/stations/${stationId}`)
  await page.getByRole('heading', { name: 'Roof' }).waitFor()
  return browser
}

/** Who moves has control, the other sees that, takes it over, and stops whatever is open. */
async function control(t: Test, { page: ada }: Browser, { page: bob }: Browser, { core, stationId }: Place) {
  const result = async (op: string) =>
    (await core.owner.api('GET', `/orgs/${ORG}/commands?station=${stationId}&limit=20`)).body.items
      .filter((one: { op: string }) => one.op === op)
      .map((one: { actor: string }) => one.actor)
  await ada.getByText(/^Nobody has control/).waitFor()
  await ada.getByLabel('Azimuth', { exact: true }).fill('500')
  await ada.getByLabel('Elevation', { exact: true }).fill('45')
  await ada.getByText('The azimuth goes from 0° to 450°. The same direction is at 140.00°.').waitFor()
  t.ok(
    await ada.getByRole('button', { name: 'Go', exact: true }).isDisabled(),
    'what would be refused is not sent',
  )
  t.same(await result('move'), [])
  await ada.getByRole('button', { name: 'Use 140.00°' }).click()
  await ada.getByRole('button', { name: 'Go', exact: true }).click()
  await ada.getByText(/^Move: (done|accepted)/).waitFor()
  await ada.getByText(/^You have control for/).waitFor()
  await ada.locator('.strip-chart canvas').first().waitFor()

  await bob.getByText(`${OWNER} has control for`, { exact: false }).waitFor()
  await bob.getByText('Take control over before you move it.').waitFor()
  t.same(await findings(bob), [], 'another’s control')
  await picture(bob, 'station-theirs')
  await bob.getByRole('button', { name: 'Take over…' }).click()
  t.same(await findings(bob), [], 'a dialog with STOP in it')
  await picture(bob, 'station-take-over')
  await bob.getByRole('dialog').getByRole('button', { name: 'Take over' }).click()
  await bob.getByText(/^You have control for/).waitFor()
  await ada.getByText(`${BOB} has control for`, { exact: false }).waitFor()

  await ada.getByRole('button', { name: 'Edit' }).click()
  await ada.getByLabel('Radio bands').fill('receive 430 440 rhcp')
  await ada.keyboard.press('Control+.')
  await ada
    .getByRole('dialog')
    .getByText(/^Stop: (done|accepted)/)
    .waitFor()
  await picture(ada, 'station-edit')
  t.equal(
    (await result('stop')).length,
    1,
    'one key stops while somebody types in a dialog, and asks no control',
  )
  await ada.getByRole('dialog').getByRole('button', { name: /^STOP/ }).click()
  while ((await result('stop')).length < 2) await ada.waitForTimeout(100)
  await ada.getByRole('button', { name: 'Save' }).click()
  await ada.getByText('hears 430 to 440 MHz, rhcp').waitFor()
  await ada.keyboard.press('Escape')
  while ((await result('stop')).length < 3) await ada.waitForTimeout(100)

  await bob.getByRole('button', { name: 'Give it back' }).click()
  await ada.getByText(/^Nobody has control/).waitFor()
}

async function maintenance(t: Test, { page }: Browser) {
  const card = page.getByRole('region', { name: 'Maintenance' })
  await card.getByRole('button', { name: 'Plan…' }).click()
  await page.getByLabel('Why').fill('New bearing')
  await page.getByRole('button', { name: 'Plan maintenance' }).click()
  await page.getByText(/^It is planned/).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await card.getByText('New bearing').waitFor()
  await page
    .locator('.station-head')
    .getByText(/^maintenance until/)
    .waitFor()
  await card.getByRole('button', { name: 'End maintenance «New bearing»' }).click()
  await card.getByText('None is planned.').waitFor()
  t.pass('planned and ended')
}

/** From the fleet: which station is broken, why, and how its antenna is stopped, in three presses at most. */
async function newcomer(t: Test, { page }: Browser, { core }: Place) {
  await page.goto(core.url)
  await page.getByRole('link', { name: /Mast/ }).first().click()
  await page.getByText(/Safe hold: the antenna holds still\./).waitFor()
  await page.getByText(/Only there it is released/).waitFor()
  t.equal(await page.getByRole('button', { name: 'Release…' }).count(), 0, 'no button for what is refused')
  await page.getByRole('button', { name: /^STOP/ }).click()
  await page.getByText(/^Stop: (done|accepted)/).waitFor()
}

t.test('an antenna on the screen of two people', async (t) => {
  const core = await testCore(t, { dashboardDir: DASH })
  const place: Place = { core, ...(await furnish(t, core)) }
  const site = {
    site: { lat: 38, lon: 23.7, altM: 150 },
    mask: [
      { az: 0, el: 15 },
      { az: 90, el: 5 },
      { az: 200, el: 25 },
    ],
  }
  await core.owner.api('PATCH', `/orgs/${ORG}/stations/${place.stationId}`, site)
  const org = await core.prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
  const membership = { create: { orgId: org.id, role: 'operator' } }
  await core.prisma.user.create({ data: { id: randomUUID(), email: BOB, memberships: membership } })
  const [ada, bob] = [await seatOf(t, place, OWNER), await seatOf(t, place, BOB)]
  if (ada === null || bob === null) return

  await t.test('control is seen, taken over and given back; STOP works in dialogs', (t) =>
    control(t, ada, bob, place),
  )
  await t.test('maintenance is planned and ended', (t) => maintenance(t, ada))
  await t.test('it can be read at every size, in both themes', async (t) => {
    const { page } = ada
    for (const theme of ['dark', 'light'] as const)
      for (const [name, [width, height]] of Object.entries(SIZES)) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme: theme })
        t.same(await findings(page), [], `${theme} ${name}`)
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `fits ${width} px`)
        const stop = await page.getByRole('button', { name: /^STOP/ }).boundingBox()
        t.ok(
          stop !== null && stop.y >= 0 && stop.y + stop.height <= height,
          `STOP is in sight at ${width} px`,
        )
        await picture(page, `station-${theme}-${name}`)
      }
  })
  await t.test('W6: a hold says why and who ends it', async (t) => {
    const { body } = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Mast' })
    const { dataDir } = await startAgent(t, body.enrollUrl, NARROW)
    await askAgent(dataDir, { op: 'hold' }, z.unknown())
    await newcomer(t, ada, place)
    await ada.page.setViewportSize({ width: 1440, height: 900 })
    t.same(await findings(ada.page), [], 'a station that holds')
    await picture(ada.page, 'station-hold')
  })
  t.same([...ada.faults, ...bob.faults], [])
})
