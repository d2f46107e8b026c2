/** Inviting, changing and ending people in Chromium, with the keyboard alone (W5, W7). */
import path from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { tokenOf } from '../support/mailer.js'
import { person } from '../support/people.js'
import { type Browser, openBrowser } from './browser.js'

t.setTimeout(240_000)
const PATIENCE_MS = 30_000
/** Where `npm run build` puts the dashboard; this file runs from `build/test/journeys`. */
const DASHBOARD = path.resolve(import.meta.dirname, '../../dashboard')

/** Moves the focus as a person does, until it is on something of that name. */
async function reach(page: Page, name: string): Promise<void> {
  const focused = `(() => {
    const it = document.activeElement
    const labels = [...(it?.labels ?? [])].map((label) => label.textContent)
    return [it?.getAttribute('aria-label'), ...labels, it?.tagName === 'INPUT' ? '' : it?.textContent].join('|')
  })()`
  for (let n = 0; n < 60; n++) {
    const text = String(await page.evaluate(focused))
    // The label of a choice goes on with what it means.
    if (text.split('|').some((part) => part === name || (name === 'Viewer' && part.startsWith(name)))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no ${name} within sixty tabs`)
}
const press = async (page: Page, name: string, key = 'Enter') => {
  await reach(page, name)
  await page.keyboard.press(key)
}
const sees = (page: Page, text: string | RegExp) =>
  page.getByText(text).first().waitFor({ timeout: PATIENCE_MS })

t.test(
  'an owner invites somebody, gives a role, disables and ends a membership; a viewer sees none of it',
  async (t) => {
    const folder = temporaryDirectory(t)
    const desk = await openBrowser(t, path.join(folder, 'desk'))
    const guest = await openBrowser(t, path.join(folder, 'guest'))
    if (desk === null || guest === null) return
    const core = await testCore(t, { dashboardDir: DASHBOARD })
    const signIn = async ({ page }: Browser, email: string) => {
      await page.goto(`${core.url}/sign-in`)
      await page.getByLabel(/mail/i).fill(email)
      const mail = core.mailer.next(email)
      await page.keyboard.press('Enter')
      await page.goto('about:blank')
      await page.goto(`${core.url}/sign-in#${tokenOf(await mail)}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('Fleet').first().waitFor({ timeout: PATIENCE_MS })
    }
    const bo = await person(core, 'bo', { [ORG]: 'viewer' })
    await signIn(desk, 'owner@example.org')
    const { page } = desk
    await page.goto(`${core.url}/people`)
    await sees(page, bo.email)

    await press(page, 'Invite')
    await page.getByLabel('Mail address').waitFor()
    await page.keyboard.type('ann@example.org')
    await reach(page, 'Viewer')
    await page.keyboard.press('ArrowDown')
    const invited = core.mailer.next('ann@example.org')
    await press(page, 'Send the invite')
    await sees(page, 'ann@example.org')
    await sees(page, /as operator/)
    await invited
    t.match(await core.prisma.invite.findFirst(), { email: 'ann@example.org', role: 'operator' })

    await signIn(guest, 'ann@example.org')
    t.equal(await guest.page.getByRole('link', { name: 'People' }).count(), 0, 'W7')

    await page.goto(`${core.url}/people`)
    await press(page, bo.email)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached', timeout: PATIENCE_MS })
    // The focus is where it was.
    await page.locator('button:focus', { hasText: bo.email }).waitFor({ timeout: PATIENCE_MS })
    await press(page, bo.email)
    await page.getByRole('dialog').waitFor({ timeout: PATIENCE_MS })
    await reach(page, 'Viewer')
    await page.keyboard.press('ArrowDown')
    await press(page, 'Save')
    await page.getByRole('dialog').waitFor({ state: 'detached', timeout: PATIENCE_MS })
    t.match(await core.prisma.membership.findFirst({ where: { userId: bo.id } }), { role: 'operator' })

    await press(page, bo.email)
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await press(page, 'Disable')
    // The dialog speaks of disabling as well: what counts is the list behind it.
    await dialog.waitFor({ state: 'detached', timeout: PATIENCE_MS })
    await sees(page, 'disabled')
    await press(page, bo.email)
    await dialog.waitFor()
    await press(page, 'End membership…')
    const last = page.getByRole('button', { name: 'End membership', exact: true })
    await last.waitFor()
    await page.locator('dialog input:focus').waitFor()
    t.equal(await last.isDisabled(), true, 'W5: not before the address is typed')
    await page.keyboard.type(bo.email)
    await page.keyboard.press('Enter')
    await page.getByText(bo.email).first().waitFor({ state: 'detached', timeout: PATIENCE_MS })
    t.equal(await core.prisma.membership.count({ where: { userId: bo.id } }), 0)

    await press(page, 'owner@example.org')
    await dialog.waitFor()
    await press(page, 'Disable')
    await sees(page, /Nobody else manages the users of main/)
    t.same(
      desk.faults.filter((text) => !/ 409 /.test(text) && !text.includes('409')),
      [],
    )
    t.same(guest.faults, [])
  },
)
