/**
 * Chromium as it is installed, with everything noted that a page must not do.
 * @module
 */
import { existsSync } from 'node:fs'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { BareCore } from '../support/core.js'

/** The cookie of a session. */
export const SESSION = '__Host-talos'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

export interface Browser {
  readonly page: Page
  /** Errors of the console and of scripts, violations of the policy, requests that failed. */
  readonly faults: readonly string[]
  /** Asks the API, below /api/v1, as the page would: with the session of this browser. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects of an answer.
  readonly get: (path: string) => Promise<any>
  readonly close: () => Promise<void>
}

/** A new browser with its profile in `folder`. Without Chromium: null, skipped for people, failed in CI. */
export async function openBrowser(t: Test, folder: string): Promise<Browser | null> {
  if (!existsSync(CHROMIUM)) {
    if (process.env['CI'] === undefined) t.pass('needs Chromium', { skip: `${CHROMIUM} is not here` })
    else t.fail(`${CHROMIUM} is not here`)
    return null
  }
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM,
    headless: true,
    args: ARGUMENTS,
  })
  t.teardown(() => context.close())
  const faults: string[] = []
  const page = await watched(context, faults)
  return {
    page,
    faults,
    get: (path) => page.evaluate(`fetch(${JSON.stringify(`/api/v1${path}`)}).then((r) => r.json())`),
    close: () => context.close(),
  }
}

/** A page asks who is signed in; when nobody is, Chromium notes the answer. */
const NOBODY_YET = /401 \(Unauthorized\) \S+\/api\/v1\/auth\/me$/

/** Runs in the page, hence text: it knows no Node. */
const NOTE_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  noteViolation('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`

async function watched(context: BrowserContext, faults: string[]): Promise<Page> {
  await context.exposeFunction('noteViolation', (text: string) => faults.push(text))
  await context.addInitScript({ content: NOTE_VIOLATIONS })
  const page = context.pages()[0] ?? (await context.newPage())
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`
    if (message.type() === 'error' && !NOBODY_YET.test(text)) faults.push(`console: ${text}`)
  })
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('requestfailed', (request) => {
    // A page that is left ends its requests itself.
    const why = request.failure()?.errorText ?? ''
    if (why !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()} ${why}`)
  })
  return page
}

/** Signs a browser in by a cookie that was made elsewhere: for what is not about signing in. */
export async function signInPage(core: BareCore, { page }: Browser, email: string): Promise<void> {
  const client = await core.signIn(email)
  const value = client.cookies.get(SESSION) ?? ''
  const url = core.url.replace('http:', 'https:')
  const context = page.context()
  await context.addCookies([{ name: SESSION, value, url, secure: true, httpOnly: true, sameSite: 'Lax' }])
}
