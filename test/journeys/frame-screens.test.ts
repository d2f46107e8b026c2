import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type {} from '@fastify/websocket'
import t, { type Test } from 'tap'
import { bareCore, OWNER, type TestCore, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { findings, picture } from './axe.js'
import { type Browser, openBrowser, signInPage } from './browser.js'
import { furnish, opened, type Seat } from './furnished.js'

const DASH = path.resolve(import.meta.dirname, '../../dashboard')
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
/** Two cores of a machine, several browsers. */
const PATIENCE_MS = 20_000

async function byKeyboard(t: Test, seat: Seat) {
  const { page, core } = seat
  const dialog = page.getByRole('dialog')
  const press = (keys: string) => page.keyboard.press(keys)
  await page.setViewportSize(DESK)
  await opened(seat, '/')

  await press('g')
  await press('p')
  await page.getByRole('heading', { name: 'People' }).waitFor()
  t.equal(await page.evaluate('document.activeElement.id'), 'main', 'the focus is where the new page begins')
  await press('?')
  await dialog.getByText('Search in this page').waitFor()
  t.same(await findings(page), [], 'the list of keys')
  await picture(page, 'keys')
  await press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await press('/')
  t.equal(await page.evaluate('document.activeElement.type'), 'search')

  await press('Control+k')
  await dialog.getByRole('combobox').waitFor()
  t.same(await findings(page), [], 'the palette')
  await press('Control+k')
  await dialog.waitFor({ state: 'detached' })
  t.match(await page.evaluate('document.activeElement.outerHTML'), /type="search"/, 'the focus is back')

  await press('Control+k')
  await page.keyboard.type('roof')
  await dialog.getByRole('option', { name: /^Roof/ }).waitFor()
  await picture(page, 'palette')
  await press('Enter')
  await page.getByRole('heading', { name: 'Roof' }).waitFor()
  t.equal(page.url(), `${core.url}/stations/${seat.stationId}`)

  await press('Control+k')
  await page.keyboard.type('stop roof')
  await press('Enter')
  await dialog.getByText(/^Stop: done/).waitFor()
  await press('Escape')

  await press('Control+k')
  await page.keyboard.type('iss zary')
  await dialog.getByRole('option', { name: /next .* UTC, Roof/ }).click()
  await page.waitForURL('**/satellites/25544')

  await press('Control+k')
  await page.keyboard.type('theme light')
  await press('Enter')
  t.equal(await page.evaluate('document.documentElement.dataset.theme'), 'light')
}

/** One in which `email` is signed in. */
async function seatOf(t: Test, core: TestCore, email: string): Promise<Browser | null> {
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return null
  browser.page.setDefaultTimeout(PATIENCE_MS)
  await browser.page.setViewportSize(PHONE)
  await browser.page.goto(core.url)
  await signInPage(core, browser, email)
  return browser
}

/** Every end that a person can come to, by its address, the words on the screen and the one next step. */
const ENDS = {
  nobody: [
    ['/', 'Sign in', 'Send me a link'],
    [`/sign-in#${'A'.repeat(43)}`, 'This link no longer works', 'Ask for a new link'],
    ['/sign-in#cut!', 'This link is not whole', 'Ask for a new one'],
    ['/enroll', 'This link is for a station', 'I want to sign in instead'],
  ],
  owner: [
    ['/nothing', 'There is nothing at this address', 'Go to the fleet'],
    ['/stations/00000000-0000', 'There is no such station here', 'Go to the fleet'],
    ['/contacts/00000000-0000', 'There is no such contact here', /^Go to the/],
    ['/pair', 'Scan the code of the other screen', /^Go to the fleet|^Sign in another/],
  ],
  viewer: [
    ['/people', 'This page is not for you', 'Go to: Fleet'],
    ['/audit', 'This page is not for you', 'Go to: Fleet'],
    ['/settings', 'This page is not for you', 'Go to: Fleet'],
    ['/enroll', 'You may not enroll stations', null],
  ],
} as const

async function ends(t: Test, { core }: Seat) {
  const viewer = 'looks@example.org'
  await core.owner.api('POST', '/orgs/main/invites', { email: viewer, role: 'viewer' })
  const gone = 'gone@example.org'
  await core.prisma.user.create({ data: { id: randomUUID(), email: gone } })
  const seats = {
    nobody: await openBrowser(t, temporaryDirectory(t)),
    owner: await seatOf(t, core, OWNER),
    viewer: await seatOf(t, core, viewer),
  }
  for (const [who, list] of Object.entries(ENDS)) {
    const page = seats[who as keyof typeof ENDS]?.page
    if (page === undefined) return
    for (const [address, words, next] of list) {
      await page.goto('about:blank')
      await page.goto(`${core.url}${address}`)
      await page.getByRole('heading', { name: words }).waitFor()
      if (next !== null) {
        const step = page.getByRole('button', { name: next }).or(page.getByRole('link', { name: next }))
        t.equal(await step.count(), 1, `${address}: one next step`)
      }
      t.same(await findings(page), [], `${who} ${address}`)
      await picture(page, `end-${who}-${address.replace(/\W+/g, '-')}`)
    }
  }
  const lonely = await seatOf(t, core, gone)
  if (lonely === null || seats.viewer === null) return
  await lonely.page.goto(core.url)
  await lonely.page.getByRole('heading', { name: 'You are in no organisation yet' }).waitFor()
  t.ok(await lonely.page.getByRole('button', { name: 'Look again' }).isVisible())

  const { page } = seats.viewer
  await page.goto(core.url)
  await page.getByRole('link', { name: 'Roof' }).first().waitFor()
  t.equal(await page.getByRole('link', { name: 'People' }).count(), 0, 'W7: what one may not do is not there')
  await core.prisma.session.updateMany({
    where: { user: { email: viewer } },
    data: { endedAt: new Date() },
  })
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  t.equal(await page.getByRole('button', { name: 'Send me a link' }).count(), 1)
  await picture(page, 'end-session')
}

/** W11: whatever takes the line away, the page comes back by itself, with a ticket of its own. */
async function comesBack(t: Test, { page, core }: Seat) {
  let tickets = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/auth/mqtt-ticket')) tickets += 1
  })
  const live = () => page.locator('.header .live', { hasText: /^Live$/ }).waitFor()
  await page.setViewportSize(DESK)
  await page.goto(core.url)
  await live()
  t.equal(tickets, 1)
  for (const client of core.app.websocketServer.clients) client.terminate()
  await page.locator('.header .live.trouble').waitFor()
  await live()
  t.ok(tickets >= 2, 'a new connection has a new ticket')

  const { port } = new URL(core.localUrl)
  await core.core.stop()
  await page.locator('.header .live.trouble').waitFor()
  t.match(await page.locator('.header .live').innerText(), /^Not live|^Connecting/)
  await picture(page, 'core-away')
  const before = tickets
  await bareCore(t, {
    ...{ dashboardDir: DASH, databaseUrl: core.databaseUrl, dataDir: core.dataDir },
    env: { TALOS_HTTP_PORT: port },
  })
  await live()
  t.ok(tickets > before)
}

t.test('what stands around every page', async (t) => {
  const core = await testCore(t, { dashboardDir: DASH })
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return
  browser.page.setDefaultTimeout(PATIENCE_MS)
  const seat = { ...browser, core, ...(await furnish(t, core)) }
  await browser.page.goto(core.url)
  await signInPage(core, browser, OWNER)
  await t.test('pages, stations, satellites and acts by the keyboard alone', (t) => byKeyboard(t, seat))
  await t.test('W6: every end has its words and one next step; permissions hide what cannot be done', (t) =>
    ends(t, seat),
  )
  t.same(browser.faults, [])
  await t.test('W11: a lost line and a core that starts anew: live again by itself', (t) =>
    comesBack(t, seat),
  )
})
