/** Signing in a browser by a phone, in Chromium, with the keyboard alone at the desk (A22 to A37). */

import path from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { temporaryDirectory } from '../support/directory.js'
import { freePort } from '../support/ports.js'
import { type Browser, openBrowser } from './browser.js'
import { OWNER } from './person.js'
import { type Running, runTalos } from './programs.js'

t.setTimeout(180_000)
const PATIENCE_MS = 30_000

/** Moves the focus as a person does, until it is on a button or link of that name; then presses it. */
async function press(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 30; n++) {
    const focused = await page.evaluate('document.activeElement?.textContent ?? ""')
    if (name.test(String(focused)) && String(focused).length < 60) return await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`no ${name} within thirty tabs at ${page.url()}`)
}

/** What a page notes while it waits, and while it is told no, is no fault of it. */
const unexpected = ({ faults }: Browser) => faults.filter((text) => !/\b(425|410|404) \(/.test(text))

async function startCode(page: Page) {
  const started = page.waitForResponse((response) => response.url().endsWith('/auth/pair/start'))
  await press(page, /^Sign in with your phone$/)
  const answer: { qrUrl: string; number: number } = await (await started).json()
  await page.locator('.qr').waitFor({ timeout: PATIENCE_MS })
  return answer
}

const sees = async (t: Test, page: Page, text: string) => {
  await page.getByText(text).first().waitFor({ timeout: PATIENCE_MS })
  t.pass(text)
}

t.test('a browser is signed in by a phone, turned away by it, and told so', async (t) => {
  const folder = temporaryDirectory(t)
  const phone = await openBrowser(t, path.join(folder, 'phone'))
  const desk = await openBrowser(t, path.join(folder, 'desk'))
  if (phone === null || desk === null) return
  const port = await freePort()
  const core: Running = await runTalos(t, ['core'], {
    TALOS_DATA_DIR: path.join(folder, 'core'),
    TALOS_HTTP_PORT: String(port),
    TALOS_PUBLIC_URL: `http://127.0.0.1:${port}`,
    TALOS_MQTT_PORT: '0',
    TALOS_LOG_LEVEL: 'warn',
  })
  const url = core.ready.url ?? ''
  await phone.page.setViewportSize({ width: 390, height: 844 })
  await phone.page.goto(core.ready.ownerLink ?? '')
  await phone.page.getByLabel('Your e-mail').fill(OWNER)
  await phone.page.keyboard.press('Enter')
  await phone.page.waitForURL(`${url}/`)

  await desk.page.goto(`${url}/sign-in`)
  await sees(t, desk.page, 'Send me a link')
  t.equal(await desk.page.getByText('Sign in with your phone').count(), 0, 'A31: off by default')
  await phone.page.goto(`${url}/settings`)
  await phone.page.getByRole('checkbox', { name: /Sign in with a phone/ }).click()
  await phone.page.getByRole('checkbox', { name: /Sign in with a phone/, checked: true }).waitFor()

  await desk.page.reload()
  await sees(t, desk.page, 'Sign in with your phone')
  const away = await startCode(desk.page)
  await phone.page.goto(away.qrUrl)
  await sees(t, phone.page, 'Which number is on its screen?')
  t.equal(new URL(phone.page.url()).hash, '', 'A18: the secret is no longer in the address bar')
  await press(phone.page, /^None of them, turn it away$/)
  await sees(t, phone.page, 'Turned away')
  await sees(t, desk.page, 'This code has ended')

  const restarted = desk.page.waitForResponse((response) => response.url().endsWith('/auth/pair/start'))
  await press(desk.page, /^Show a new code$/)
  const wanted: typeof away = await (await restarted).json()
  await phone.page.goto(wanted.qrUrl)
  await sees(t, phone.page, 'Which number is on its screen?')
  await press(phone.page, new RegExp(`^${wanted.number}$`))
  await sees(t, phone.page, 'Signed in')
  await desk.page.waitForURL(`${url}/`, { timeout: PATIENCE_MS })
  const [mine, theirs] = [await phone.get('/auth/me'), await desk.get('/auth/me')]
  t.equal(theirs.id, mine.id, 'A33')
  t.not(theirs.sessionId, mine.sessionId)

  await phone.page.goto(`${url}/`)
  await phone.page.goto(wanted.qrUrl)
  await sees(t, phone.page, 'This code no longer works')
  t.same([...unexpected(phone), ...unexpected(desk)], [])
  t.equal(await core.end('SIGTERM'), 0)
})
