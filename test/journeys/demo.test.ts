import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { json2satrec } from 'satellite.js'
import t, { type Test } from 'tap'
import { TALOS_BIN } from '../../ops/child.js'
import { temporaryDirectory } from '../support/directory.js'
import { type Browser, openBrowser } from './browser.js'
import { ORG } from './person.js'
import { eventually, processesOf } from './programs.js'
import { apart, type Direction, directionFrom } from './sky.js'

t.setTimeout(240_000)

const STATIONS = ['Delft', 'Hobart', 'Nairobi']
const FIRST_CONTACT_MS = 120_000
const END_MS = 3000
const MOST_ERROR_DEG = 1
/** The pointing is watched until the antenna was told to move so far, for no longer than this. */
const WATCHED_DEG = 4
const WATCH_MS = 90_000

interface Demo {
  /** All that it has printed so far. @throws Error when it has ended */
  readonly printed: () => string
  /** Ctrl-C. Resolves with the exit code and how long it took, ms. */
  readonly interrupt: () => Promise<{ code: number | null; tookMs: number }>
}

/** The demo as a new user runs it, in a terminal without the internet. */
function startDemo(t: Test, folder: string, celestrak = 'http://127.0.0.1:1'): Demo {
  const others = Object.entries(process.env).filter(([key]) => !key.startsWith('TALOS_'))
  const env = { ...Object.fromEntries(others), TMPDIR: folder, TALOS_CELESTRAK_URL: celestrak }
  const child = spawn(process.execPath, [TALOS_BIN, 'demo', '--simulated', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const exited = once(child, 'exit')
  t.teardown(() => {
    // Its programs see that it is gone and end too.
    child.kill('SIGKILL')
    if (!t.passing()) t.comment(`the demo printed:\n${printed}`)
  })
  return {
    printed() {
      if (child.exitCode !== null) throw new Error(`the demo has ended: ${printed}`)
      return printed
    },
    async interrupt() {
      const from = performance.now()
      child.kill('SIGINT')
      const [code] = await exited
      return { code, tookMs: performance.now() - from }
    },
  }
}

/** The four numbers that a person reads on the page of a station: measured, commanded. */
async function readout({ page }: Browser) {
  const cells = await page.getByRole('region', { name: 'Position' }).locator('td').allTextContents()
  // The page has the minus of typography.
  const numbers = cells.map((text) => Number.parseFloat(text.replace('\u2212', '-')))
  const [az = Number.NaN, el = Number.NaN, cmdAz = Number.NaN, cmdEl = Number.NaN] = numbers
  return { measured: { az, el }, commanded: { az: cmdAz, el: cmdEl } }
}

async function signIn(t: Test, { page }: Browser, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const stations = page.getByRole('region', { name: 'Stations' }).getByRole('listitem')
  await stations.nth(2).waitFor()
  const names = (await stations.allTextContents()).map((text) => STATIONS.find((name) => text.includes(name)))
  t.same(names.sort(), STATIONS, 'one click signs in, and the fleet shows three stations')
  const cookies = (await page.context().cookies()).filter(({ name }) => name === '__Host-talos')
  t.match(
    cookies,
    [{ secure: true, httpOnly: true, path: '/' }],
    'the __Host- cookie works on http://127.0.0.1',
  )
  t.notMatch(page.url(), '#', 'the secret has left the address bar')
}

/** Measured follows commanded and both the satellite, by the API; and on the page. */
async function checkPointing(
  t: Test,
  browser: Browser,
  { stationId, satelliteId }: { stationId: string; satelliteId: string },
): Promise<void> {
  const { omm } = await browser.get(`/satellites/${satelliteId}`)
  const { site } = await browser.get(`/orgs/${ORG}/stations/${stationId}`)
  const satrec = json2satrec(omm)
  const errors: number[] = []
  const misses: number[] = []
  let first: Direction | null = null
  let last = ''
  await eventually('the antenna moves', WATCH_MS, async () => {
    const news = await browser.get(`/orgs/${ORG}/stations/${stationId}/position`)
    if (news === null || news.receivedAt === last) return null
    last = news.receivedAt
    const { ts, az, el, cmdAz, cmdEl } = news.telemetry
    const commanded = { az: cmdAz, el: cmdEl }
    errors.push(apart({ az, el }, commanded))
    const satellite = directionFrom(satrec, site, Date.parse(ts))
    misses.push(satellite === null ? Number.NaN : apart({ az, el }, satellite))
    first ??= commanded
    return apart(first, commanded) < WATCHED_DEG ? null : true
  })
  const most = Math.max(...errors)
  const miss = Math.max(...misses)
  const looks = `${errors.length} positions over ${WATCHED_DEG} degrees`
  t.ok(most < MOST_ERROR_DEG, `${looks}, at most ${most.toFixed(3)} from the commanded`)
  t.ok(miss < MOST_ERROR_DEG, `and at most ${miss.toFixed(3)} from where the satellite is`)

  await browser.page.goto(`${new URL(browser.page.url()).origin}/stations/${stationId}`)
  const shown = await eventually('the page shows a position', 10_000, async () => {
    const { measured, commanded } = await readout(browser)
    return Number.isNaN(measured.az + commanded.az) ? null : { measured, commanded }
  })
  const error = apart(shown.measured, shown.commanded)
  t.ok(error < MOST_ERROR_DEG, `the page shows ${JSON.stringify(shown)}: ${error.toFixed(3)} degrees`)
}

t.test('A new user runs the demo, signs in and sees a contact; Ctrl-C leaves nothing', async (t) => {
  const folder = temporaryDirectory(t)
  const [profile, temporary] = ['profile', 'tmp'].map((name) => path.join(folder, name)) as [string, string]
  mkdirSync(temporary, { mode: 0o711 })
  const browser = await openBrowser(t, profile)
  if (browser === null) return
  const began = Date.now()
  const since = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const demo = startDemo(t, temporary)
  const link = await eventually(
    'a sign-in link',
    60_000,
    () => /sign in\s+(http:\S+)/.exec(demo.printed())?.[1] ?? null,
  )
  t.pass(`the sign-in link is printed after ${since()}`)
  await signIn(t, browser, link)

  const contact = await eventually('a contact that tracks', FIRST_CONTACT_MS, async () => {
    const { items } = await browser.get(`/orgs/${ORG}/contacts?state=tracking`)
    return items?.[0] ?? null
  })
  t.ok(Date.now() - began < FIRST_CONTACT_MS, `a contact tracks after ${since()}`)
  const running = browser.page
    .getByRole('region', { name: 'Contacts' })
    .getByText(contact.satelliteName)
    .first()
  await running.waitFor()
  t.pass('the fleet shows it')
  await checkPointing(t, browser, contact)
  t.same(browser.faults, [], 'no error in the console, no violation of the policy')
  await browser.close()

  const [, origin = '', first] = /^(.*\/sign-in)#(.*)$/.exec(link) ?? []
  const asked = await fetch(origin.replace('/sign-in', '/api/v1/auth/login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(origin).origin },
    body: JSON.stringify({ email: /later as (\S+):/.exec(demo.printed())?.[1] }),
  })
  t.equal(asked.status, 202)
  const later = await eventually(
    'a mail with another link',
    30_000,
    () => /^http:\S+\/sign-in#(\S+)$/m.exec(demo.printed())?.[1] ?? null,
  )
  t.not(later, first, 'one who comes back finds a new link in the terminal')

  const { code, tookMs } = await demo.interrupt()
  t.ok(tookMs < END_MS, `Ctrl-C ends the demo in ${Math.round(tookMs)} ms`)
  t.equal(code, 0, 'which is no failure')
  t.same(processesOf(temporary), [], 'no process is left')
  t.same(readdirSync(temporary), [], 'nor anything in the temporary folder')
})

t.test('Ctrl-C while the demo starts leaves nothing either', async (t) => {
  const temporary = path.join(temporaryDirectory(t), 'tmp')
  mkdirSync(temporary, { mode: 0o711 })
  // It never answers: core runs, the director does not yet.
  const celestrak = createServer().listen(0, '127.0.0.1')
  t.teardown(() => celestrak.closeAllConnections())
  t.teardown(() => celestrak.close())
  const asked = once(celestrak, 'request')
  await once(celestrak, 'listening')
  const demo = startDemo(t, temporary, `http://127.0.0.1:${(celestrak.address() as AddressInfo).port}`)
  await asked
  const { tookMs } = await demo.interrupt()
  t.ok(tookMs < END_MS, `Ctrl-C ends it in ${Math.round(tookMs)} ms`)
  t.same(processesOf(temporary), [], 'no process is left')
  t.same(readdirSync(temporary), [], 'nor anything in the temporary folder')
})
