/** From «Add station» to the end of a station, in one Chromium: what people do with a link (E9 to E15, W3, W5). */
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { MINUTE } from '../../shared/time.js'
import { ORG, OWNER, type TestCore, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { pasteInstallLine } from '../support/pasted-line.js'
import { type Browser, openBrowser, signInPage } from './browser.js'
import { eventually } from './programs.js'
import { canReadQr, readQr } from './qr.js'
import { startAgent } from './small-agent.js'

t.setTimeout(240_000)
const PATIENCE_MS = 30_000
const DASHBOARD = path.resolve(import.meta.dirname, '../../dashboard')
const RELEASE = path.resolve(import.meta.dirname, '../../dist')
/** E12. */
const IN_TIME_S = 60
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }

interface Desk extends Browser {
  /** Of the whole file: agents outlive the part in which they join. */
  readonly whole: Test
  readonly core: TestCore
  readonly dialog: Locator
}

async function desk(t: Test): Promise<Desk | null> {
  if (!canReadQr(t)) return null
  const core = await testCore(t, { dashboardDir: DASHBOARD, agentDir: RELEASE })
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return null
  browser.page.setDefaultTimeout(PATIENCE_MS)
  await browser.page.goto(core.url)
  await signInPage(core, browser, OWNER)
  return { ...browser, whole: t, core, dialog: browser.page.getByRole('dialog') }
}

const press = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: true }).click()
const type = (within: Page | Locator, name: string, text: string) =>
  within.getByRole('textbox', { name, exact: true }).fill(text)
const sees = (within: Page | Locator, text: string | RegExp) => within.getByText(text).first().waitFor()
/** The link that the QR code on the screen holds, read as a camera does. */
async function scanned(t: Test, within: Locator): Promise<string> {
  const code = within.locator('.qr')
  await code.waitFor()
  const [link = ''] = await readQr(t, await code.screenshot())
  return link
}

async function addByDialog(t: Test, { page, dialog, core, whole }: Desk) {
  await page.setViewportSize(PHONE)
  await page.goto(`${core.url}/enroll`)
  const start = performance.now()
  await press(page, 'Add station')
  await type(dialog, 'Name', 'Roof')
  await page.keyboard.press('Enter')
  const link = await scanned(t, dialog)
  t.equal(link, await dialog.locator('.join-address .mono').innerText(), 'the code is the link')
  // What a phone makes of the code.
  const line = `curl -fsSL ${new URL(link).origin}/agent/install.sh | sudo sh -s -- '${link}'`
  t.equal(await dialog.locator('.command').innerText(), line, 'and so is the line')
  const width = await page.evaluate('document.documentElement.scrollWidth')
  t.equal(width, PHONE.width, 'W3: nothing is wider than a phone')

  await page.keyboard.press('Escape')
  await sees(dialog, 'It can never be shown again.')
  await page.keyboard.press('Enter')
  await dialog.getByText('It can never be shown again.').waitFor({ state: 'detached' })
  t.equal(await scanned(t, dialog), link, 'closing warned, and Enter kept it open')

  const machine = { folder: temporaryDirectory(whole), options: ['--simulated', '--foreground'] }
  pasteInstallLine(whole, line, machine)
  await sees(dialog, 'Roof is up')
  const took = ((performance.now() - start) / 1000).toFixed(1)
  t.ok(Number(took) < IN_TIME_S, `E12: from the click to a station that is up, by the code: ${took} s`)
  t.equal(await dialog.getByText(link).count(), 0, 'E4: the link is gone from the page')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /^Roof.*Used/ }).waitFor()
}

async function approve(t: Test, { page, dialog, core, whole }: Desk) {
  await page.setViewportSize(DESK)
  await press(page, 'Add station')
  await type(dialog, 'Name', 'Hill')
  await press(dialog, 'I want to approve')
  await press(dialog, 'Show the link')
  const agent = startAgent(whole, await scanned(t, dialog))
  await sees(dialog, 'The machine is there and waits for your approval.')
  await sees(dialog, 'mast-pi')
  const { fingerprint } = await core.prisma.station.findFirstOrThrow({ where: { name: 'Hill' } })
  t.type(fingerprint, 'string', 'E16: the agent has made a key of its own')
  const shown = (await dialog.locator('.fingerprint').innerText()).replaceAll(/\s/g, '')
  t.equal(shown.toLowerCase(), fingerprint)
  await press(dialog, 'Approve')
  await sees(dialog, 'Hill is up')
  await agent
  await dialog.getByRole('link', { name: 'Go to the station' }).click()
  await page.getByRole('heading', { name: 'Hill' }).waitFor()
}

async function replace(t: Test, { page, dialog, core }: Desk) {
  const { body } = await core.owner.api('POST', `/orgs/${ORG}/stations`, { name: 'Spare mast' })
  await page.goto(`${core.url}/stations/${body.id}`)
  await press(page, 'Make a link')
  await press(dialog, 'Show the link')
  const first = await scanned(t, dialog)
  await press(dialog, 'Close')
  await press(dialog, 'Close it')
  await dialog.waitFor({ state: 'detached' })
  await press(page, 'Make a link')
  await press(dialog, 'Show the link')
  await sees(dialog, /There is an active link, 1[45] min left\./)
  await press(dialog, 'Replace it')
  t.not(await scanned(t, dialog), first)
  await press(dialog, 'Close')
  await press(dialog, 'Close it')
}

const ROSTER = ['name,lat,lon,alt,recipient', 'Mast 1,38.04,23.73,150,Eleni', 'Mast 2,38.05,23.73,150,Nikos']

async function roster(t: Test, { page, dialog, core }: Desk) {
  await page.goto(`${core.url}/enroll`)
  await press(page, 'From a roster')
  await type(dialog, 'Roster', ROSTER.join('\n').replace('38.05', '98.05'))
  await press(dialog, 'Look it through')
  await sees(dialog, '1 of 2 lines with errors.')
  t.match(await dialog.locator('tr.faulty').innerText(), /^3 [\s\S]*lat/, 'by line and column')
  await type(dialog, 'Roster', ROSTER.join('\n'))
  await press(dialog, 'Look it through')
  await dialog.getByRole('button', { name: 'Make 2 stations' }).waitFor()
  const answered = page.waitForResponse((response) => response.url().endsWith('/bulk'))
  await press(dialog, 'Make 2 stations')
  const made: { items: { enrollUrl: string }[] } = await (await answered).json()
  await sees(dialog, 'This sheet holds secrets.')

  await page.emulateMedia({ media: 'print' })
  const links = made.items.map(({ enrollUrl }) => enrollUrl).sort()
  t.same(await readQr(t, await page.screenshot({ fullPage: true })), links, 'every code on the paper decodes')
  const words = String(await page.evaluate('document.body.innerText'))
  for (const word of ['Mast 1', 'Mast 2', 'for Eleni', '38.05° N', 'UTC']) t.match(words, word)
  for (const word of ['Enroll', 'Print', 'secrets', 'Fleet', 'gsk_'])
    t.notMatch(words, word, `no «${word}» on the paper`)
  await page.emulateMedia({ media: 'screen' })
}

async function booth(t: Test, { page, dialog, whole }: Desk) {
  await press(dialog, 'Show one after the other')
  for (const name of ['Mast 1', 'Mast 2']) {
    await sees(dialog.locator('.booth-name'), name)
    await startAgent(whole, await scanned(t, dialog))
    await dialog.locator('.came-up', { hasText: name }).waitFor()
  }
  await sees(dialog, 'That was the last one')
  await page.keyboard.press('Escape')
  await sees(dialog, 'This sheet holds secrets.')
  await press(dialog, 'Close')
  await press(dialog, 'Close it')
  await dialog.waitFor({ state: 'detached' })
}

async function replaceKey(t: Test, { page, core }: Desk) {
  await page.getByRole('link', { name: 'Mast 1' }).first().click()
  await page.getByRole('heading', { name: 'Mast 1' }).waitFor()
  const shown = page.locator('.identity .mono', { hasText: 'gsk_' })
  const before = await shown.innerText()
  await press(page, 'Replace key')
  await sees(page, /Its agent has been asked for a new key\./)
  await page.locator('.identity').getByText(before).waitFor({ state: 'detached' })
  t.not(await shown.innerText(), before)
  const keys = await core.prisma.stationKey.findMany({ where: { station: { name: 'Mast 1' } } })
  t.same(
    keys.map(({ keyId, revokedAt }) => [before.includes(keyId), revokedAt === null]).sort(),
    [
      [false, true],
      [true, false],
    ],
    'E30: the old one has ended with the first use of the new',
  )
}

async function lockAndUnlock(t: Test, { page, dialog, core }: Desk) {
  await press(page, 'Lock…')
  await dialog.getByRole('textbox', { name: 'Why' }).fill('painting the mast')
  await page.keyboard.press('Enter')
  await sees(dialog, 'Its antenna stands still and was cut off.')
  await press(dialog, 'I have read this')
  t.match(await page.locator('.note.locked').innerText(), /^Locked: painting the mast\. By you, just now\./)
  await page.goto(core.url)
  await page.locator('.station-row', { hasText: 'painting the mast' }).click()
  await press(page, 'Unlock')
  await page.getByText('Locked').first().waitFor({ state: 'detached' })
  await sees(page, 'Linked')
}

async function revoke(t: Test, { page, dialog, core }: Desk) {
  await press(page, 'Revoke…')
  const last = dialog.getByRole('button', { name: 'Revoke for ever' })
  t.ok(await last.isDisabled(), 'W5: not before its name is typed')
  await page.keyboard.type('Mast 1')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await sees(page.locator('.station-head'), 'Revoked')
  const { id } = await core.prisma.station.findFirstOrThrow({ where: { name: 'Mast 1' } })
  const good = await core.prisma.stationKey.count({ where: { stationId: id, revokedAt: null } })
  t.equal(good, 0)
}

async function list(t: Test, { page, core }: Desk) {
  await page.goto(`${core.url}/enroll`)
  await page.getByRole('searchbox').fill('ELENI')
  await sees(page, 'Mast 1')
  await page.getByText('for Nikos').waitFor({ state: 'detached' })
  const { status, body } = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, {
    ...{ name: 'Field kit', recipient: 'Eleni' },
  })
  t.equal(status, 201)
  await page.reload()
  await page.getByRole('searchbox').fill('FIELD')
  await sees(page, 'Active, 14 min left')
  await press(page, 'Revoke Field kit')
  await page.getByRole('row', { name: /Field kit.*Revoked/ }).waitFor()
  t.match(await core.prisma.enrollmentToken.findUnique({ where: { id: body.item.id } }), {
    revokedAt: Date,
  })
}

async function ends(t: Test, { page, dialog, core }: Desk) {
  await press(page, 'Booth')
  await press(dialog, 'Begin')
  await scanned(t, dialog)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  const revoked = await eventually('the code of a booth that was left ends', PATIENCE_MS, () =>
    core.prisma.enrollmentToken.findFirst({ where: { name: 'Station 01', revokedAt: { not: null } } }),
  )
  t.equal(revoked.uses, 0)

  await press(page, 'Add station')
  await type(dialog, 'Name', 'Late')
  await press(dialog, 'Show the link')
  await scanned(t, dialog)
  core.clock.aheadMs += 16 * MINUTE
  await sees(dialog, 'The link has expired before a machine used it.')
  await press(dialog, 'Make a new one')
  await dialog.getByRole('textbox', { name: 'Name' }).waitFor()
  await page.keyboard.press('Escape')
}

t.test('from a link to a live station, to a locked one, to its end', async (t) => {
  const seat = await desk(t)
  if (seat === null) return
  await t.test('E12: a link by QR, one line, and the dialog turns green by itself', (t) =>
    addByDialog(t, seat),
  )
  await t.test('E15, E16: a person compares the fingerprint and approves', (t) => approve(t, seat))
  await t.test('E8: who makes another link is asked', (t) => replace(t, seat))
  await t.test('E10: a roster becomes a sheet of codes', (t) => roster(t, seat))
  await t.test('E11: the booth shows the next code when a station is up', (t) => booth(t, seat))
  await t.test('E30: a person has the key of a station replaced', (t) => replaceKey(t, seat))
  await t.test('a station is locked with a reason and comes back unlocked', (t) => lockAndUnlock(t, seat))
  await t.test('W5: a station is revoked by naming it', (t) => revoke(t, seat))
  await t.test('E9, E24: links are searched, and revoked from the list', (t) => list(t, seat))
  await t.test('E5, E11, W6: an end has its words and one next step', (t) => ends(t, seat))
  // What a page is told of an act that must be confirmed, and of a roster with errors, is noted by Chromium.
  t.same(
    seat.faults.filter((fault) => !/\b(400|409|422) \(/.test(fault)),
    [],
  )
})
