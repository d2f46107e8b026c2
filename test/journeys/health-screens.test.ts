import path from 'node:path'
import t from 'tap'
import { iso } from '../../shared/time.js'
import { OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { settled } from '../support/live.js'
import { findings, picture, tooWide } from './axe.js'
import { openBrowser, signInPage } from './browser.js'
import { join } from './joined.js'

const DASH = process.env['DASH'] ?? path.resolve(import.meta.dirname, '../../dashboard')
const DESK = { width: 1440, height: 900 }
const TABLET = { width: 820, height: 1180 }
const PHONE = { width: 390, height: 844 }
const PATIENCE_MS = 20_000

t.test('health by collector, who is told, and the audit trail by filters', async (t) => {
  const core = await testCore(t, { dashboardDir: DASH })
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return
  const { page } = browser
  page.setDefaultTimeout(PATIENCE_MS)
  await page.setViewportSize(DESK)
  const grant = await join(core, core.owner, 'Roof, east mast', 'main')
  const warm = await settled(t, core.mqttUrl, {
    ...{ clientId: grant.stationId, username: grant.stationId, password: grant.key },
  })
  const told = {
    ts: iso(core.clock.now()),
    seq: 1,
    uptimeS: 5,
    rssMiB: 80,
    driverUp: true,
    misses: 0,
    plans: 0,
  }
  await warm.publishAsync(
    `talos/main/gs/${grant.stationId}/telemetry/health`,
    JSON.stringify({ ...told, diskFreeMiB: 320, temperatureC: 88 }),
    { qos: 1 },
  )
  await core.core.health.rounds.round()
  await signInPage(core, browser, OWNER)
  const pictures = async (name: string) => {
    for (const [size, viewport] of Object.entries({ desk: DESK, tablet: TABLET, phone: PHONE })) {
      await page.setViewportSize(viewport)
      t.same(await tooWide(page), [], `${name} fits ${size}`)
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await picture(page, `${name}-${size}-${colorScheme}`)
        if (size !== 'tablet') t.same(await findings(page), [], `${name} ${size} ${colorScheme}`)
      }
    }
    await page.setViewportSize(DESK)
  }

  await t.test(
    'H3 H12: what is wrong comes first, with thresholds, since when, and raw values',
    async (t) => {
      await page.goto(`${core.url}/health`)
      const stations = page.locator('section', { has: page.getByRole('heading', { name: 'Stations' }) })
      const first = stations.getByRole('row').nth(1)
      await first.getByText('Critical').waitFor()
      t.match(await first.innerText(), /Temperature[\s\S]*Roof, east mast[\s\S]*88 °C[\s\S]*≥ 75, 85/)
      t.match(await stations.getByRole('row').nth(2).innerText(), /Disk[\s\S]*320 MiB free[\s\S]*≤ 500, 100/)
      await stations.getByRole('button', { name: /Show the \d+ checks that are well/ }).click()
      await stations.getByText('1 of 1 station well').first().waitFor()
      await page.getByText('Raw values: Stations').click()
      await page.getByRole('columnheader', { name: 'temperatureC' }).waitFor()
      await page.getByText('Raw values: Database').click()
      await page.getByText('maxConnections').waitFor()
      await page.evaluate('scrollTo(0, 0)')
      await pictures('health')
      await first.getByRole('link', { name: 'Roof, east mast' }).click()
      await page.waitForURL(`**/stations/${grant.stationId}`)
    },
  )

  await t.test('H5: a rule is made, tested, turned off and removed', async (t) => {
    await page.goto(`${core.url}/health`)
    await page.getByRole('button', { name: 'Alerts' }).click()
    await page.getByText('Nobody is told').waitFor()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Name').fill('On call')
    t.equal(await page.getByLabel('Mail addresses').inputValue(), OWNER)
    await pictures('rule')
    const mail = core.mailer.next(OWNER)
    await page.getByRole('button', { name: 'Make the rule' }).click()
    await page.getByRole('button', { name: 'Send a test by On call' }).click()
    t.match(await mail, { subject: 'Talos main: a test' })
    await page.getByText('The test was sent.').waitFor()

    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Name').fill('Chat')
    await page.getByRole('button', { name: 'Webhook' }).click()
    await page.getByLabel('Address').fill('http://10.0.0.5/hook')
    await page.getByRole('button', { name: 'Make the rule' }).click()
    await page.getByText('is not https').waitFor()
    await page.getByLabel('Address').fill('https://hooks.example.org/talos')
    await page.getByRole('button', { name: 'Make the rule' }).click()
    await page.getByText(/whs_/).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('It can never be shown again.').waitFor()
    await page.getByRole('button', { name: 'Close it' }).click()
    await pictures('alerts')
    await page.getByRole('button', { name: 'Turn off Chat' }).click()
    await page.getByText('off', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove Chat' }).click()
    await page.getByText('https://hooks.example.org/talos').waitFor({ state: 'detached' })
  })

  await t.test('H9: the audit trail by filters that stay in the address, and as a table', async (t) => {
    await page.goto(`${core.url}/audit`)
    const rows = page.locator('table.audit tbody tr')
    await rows.first().waitFor()
    await page.getByLabel('Act', { exact: true }).selectOption('notification.create')
    await page.waitForURL('**/audit?action=notification.create')
    await rows.filter({ hasText: 'notification.delete' }).waitFor({ state: 'detached' })
    await rows.nth(1).waitFor()
    t.equal(await rows.count(), 2)
    await rows.first().getByTitle('Only you').click()
    await page.getByRole('button', { name: 'Remove the filter: By' }).waitFor()
    await page.getByLabel('Outcome').selectOption('denied')
    await page.getByText('Nothing that fits the filters has happened.').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByLabel('Time').selectOption('hour')
    await rows.first().waitFor()
    await pictures('audit')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Export CSV' }).click()
    t.equal((await download).suggestedFilename(), 'talos-main-audit.csv')
  })
  // 400: what the form asks is judged by core.
  t.same(
    browser.faults.filter((fault) => !/400 \(Bad Request\)/.test(fault)),
    [],
  )
})
