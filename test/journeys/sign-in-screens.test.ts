import path from 'node:path'
import t from 'tap'
import { MINUTE } from '../../shared/time.js'
import { OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { tokenOf } from '../support/mailer.js'
import { openBrowser } from './browser.js'

const DASHBOARD = path.resolve(import.meta.dirname, '../../dashboard')
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 390, height: 844 }

t.test(
  'a person signs in at a desk by a link that a phone opened, and proves it again for an act that matters',
  async (t) => {
    const core = await testCore(t, { dashboardDir: DASHBOARD })
    const desk = await openBrowser(t, temporaryDirectory(t))
    const phone = await openBrowser(t, temporaryDirectory(t))
    if (desk === null || phone === null) return
    await desk.page.setViewportSize(WIDE)
    await phone.page.setViewportSize(NARROW)
    const says = (browser: typeof desk, text: string | RegExp) =>
      browser.page.getByText(text).first().waitFor()
    const heading = (browser: typeof desk, name: string) =>
      browser.page.getByRole('heading', { name }).waitFor()

    // By keyboard alone.
    await desk.page.goto(core.url)
    const mail = core.mailer.next(OWNER)
    await desk.page.getByLabel('E-mail').focus()
    await desk.page.keyboard.type(OWNER)
    await desk.page.keyboard.press('Enter')
    await heading(desk, 'Look at your mail')

    const link = `${core.url}/sign-in#${tokenOf(await mail)}`
    await phone.page.goto(link)
    await heading(phone, 'Sign in on your other screen?')
    t.notOk(phone.page.url().includes('#'), 'A18: the secret leaves the address bar')
    await phone.page.getByRole('button', { name: 'It is mine: show the code' }).press('Enter')
    await heading(phone, 'Your code')
    const code = await phone.page.locator('.big-code').innerText()

    await desk.page.keyboard.type('BCDF-GHJK')
    await desk.page.keyboard.press('Enter')
    await says(desk, 'This code is wrong, used or expired')
    await desk.page.getByLabel('Code').fill(code.toLowerCase())
    await desk.page.getByLabel('Code').press('Enter')
    await desk.page.getByRole('button', { name: 'Account' }).waitFor()
    t.equal((await desk.get('/auth/me')).email, OWNER)

    await phone.page.goto('about:blank')
    await phone.page.goto(link)
    await heading(phone, 'This link no longer works')

    // Ten minutes later an act asks for a proof, and is done once it has it.
    const { sessionId } = await desk.get('/auth/me')
    const at = (agoMs: number) => new Date(Date.now() - agoMs)
    await core.prisma.session.update({ where: { id: sessionId }, data: { provenAt: at(10 * MINUTE) } })
    await desk.page.goto(`${core.url}/api-tokens`)
    await desk.page.getByRole('button', { name: 'Make a token' }).press('Enter')
    await desk.page.getByLabel('For which program').fill('notebook')
    const codeMail = core.mailer.next(OWNER)
    await desk.page.getByLabel('For which program').press('Enter')
    await heading(desk, 'Is it still you?')
    await desk.page.getByRole('button', { name: 'Mail me a code' }).press('Enter')
    const proof = /^[B-Z]{4}-[B-Z]{4}$/m.exec((await codeMail).text)?.[0] ?? 'none'
    await desk.page.getByLabel('Code').waitFor()
    await desk.page.keyboard.type(proof)
    await desk.page.keyboard.press('Enter')
    await says(desk, /gsa_[0-9a-f]{16}_/)
    t.equal((await desk.get('/auth/me')).sessionId, sessionId)

    // A console that nobody touches warns; a key is enough.
    await core.prisma.session.update({ where: { id: sessionId }, data: { lastSeenAt: at(57 * MINUTE) } })
    await desk.page.goto(`${core.url}/sessions`)
    await says(desk, /Nobody has touched this console/)
    await desk.page.keyboard.press('Tab')
    await desk.page.getByText(/Nobody has touched this console/).waitFor({ state: 'detached' })

    await core.signIn(OWNER)
    await desk.page.reload()
    await desk.page.getByRole('button', { name: 'End all others' }).press('Enter')
    await desk.page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' })
    t.equal((await desk.get('/auth/sessions')).items.length, 1)

    // Ended elsewhere, the page says so.
    await core.prisma.session.update({ where: { id: sessionId }, data: { endedAt: new Date() } })
    await desk.page.goto(core.url)
    await heading(desk, 'Sign in')
    t.same(
      [...desk.faults, ...phone.faults].filter((fault) => !/ 4\d\d \(/.test(fault)),
      [],
    )
  },
)
