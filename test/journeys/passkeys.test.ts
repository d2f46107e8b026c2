import path from 'node:path'
import t from 'tap'
import { MINUTE } from '../../shared/time.js'
import { OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { tokenOf } from '../support/mailer.js'
import { openBrowser } from './browser.js'

const DASHBOARD = path.resolve(import.meta.dirname, '../../dashboard')

t.test(
  "A44: a passkey is made, signs in, and proves its owner before an act, in Chromium's own authenticator",
  async (t) => {
    const core = await testCore(t, { dashboardDir: DASHBOARD })
    const browser = await openBrowser(t, temporaryDirectory(t))
    if (browser === null) return
    const { page } = browser
    // Chromium binds passkeys to names.
    const url = core.url.replace('127.0.0.1', 'localhost')
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...({ protocol: 'ctap2', transport: 'internal' } as const),
        ...{ hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    const signInByMail = async (origin: string) => {
      await page.goto(origin)
      const mail = core.mailer.next(OWNER)
      await page.getByLabel('E-mail').fill(OWNER)
      await page.getByLabel('E-mail').press('Enter')
      const token = tokenOf(await mail)
      await page.goto('about:blank')
      await page.goto(`${origin}/sign-in#${token}`)
      await page.getByRole('button', { name: 'Sign in', exact: true }).press('Enter')
      await page.getByRole('button', { name: 'Account' }).waitFor()
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await signInByMail(url)
    await page.goto(`${url}/sessions`)
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor()
    await page.getByLabel('Name of the new passkey').fill('My laptop')
    await page.getByLabel('Name of the new passkey').press('Enter')
    await page.getByText('never used').waitFor()
    t.match(await browser.get('/auth/me'), { email: OWNER, hasPasskey: true })

    await page.context().clearCookies()
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter')
    await page.getByRole('button', { name: 'Account' }).waitFor()
    t.match(await browser.get('/auth/me'), { email: OWNER })
    t.equal(await core.prisma.session.count({ where: { authMethod: 'passkey' } }), 1)

    // Ten minutes later an act asks for it again.
    const provenAt = new Date(Date.now() - 10 * MINUTE)
    await core.prisma.session.updateMany({ data: { provenAt } })
    await page.goto(`${url}/sessions`)
    await page.getByRole('button', { name: 'Remove' }).press('Enter')
    await page.getByRole('heading', { name: 'Is it still you?' }).waitFor()
    await page.getByRole('button', { name: 'Use my passkey' }).press('Enter')
    await page.getByRole('button', { name: 'Remove' }).waitFor({ state: 'detached' })
    t.match(await browser.get('/auth/passkeys'), { items: [] })

    // Opened by an address, the page says what to do.
    await signInByMail(core.url)
    await page.goto(`${core.url}/sessions`)
    await page.getByText('Passkeys belong to a name').waitFor()
    t.same(
      browser.faults.filter((fault) => !/ 4\d\d \(/.test(fault)),
      [],
    )
  },
)
