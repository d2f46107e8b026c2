import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { SECOND } from '../../shared/time.js'
import type { ApiClient } from '../support/client.js'
import { type BareCore, bareCore, ORG, OWNER, testCore } from '../support/core.js'
import { closed, connectSocket, type Ticket, ticketOf } from '../support/live.js'
import { dashboardOf } from './bus-watch.js'
import { join } from './joined.js'
import { rot } from './station-messages.js'

t.setTimeout(60_000)

/** What became of a ticket: the connection is open, or why not. */
async function outcome(
  t: Test,
  { url }: BareCore,
  ticket: Ticket,
  { cookie }: { cookie: string },
): Promise<string> {
  try {
    const client = await connectSocket(t, { url, ticket, cookie, origin: url })
    await client.endAsync()
    return 'open'
  } catch (error) {
    return (error as Error).message
  }
}
/** The HTTP status with which the handshake of a WebSocket is refused; 101 when it is not. */
function handshake({ url }: BareCore, headers: { cookie?: string; origin?: string }): Promise<number> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/mqtt`, 'mqtt', { headers })
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
    socket.once('open', () => {
      socket.terminate()
      resolve(101)
    })
    // After the answer a refused one still complains.
    socket.on('error', reject)
  })
}

const WRONG = /Bad username or password/
const cookieOf = (person: ApiClient) => ({ cookie: person.cookieHeader })

t.test('B11: a ticket opens one connection, with the cookie of its session, from our own page', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const ticket = await ticketOf(owner)
  const otherWindow = await core.signIn(OWNER)
  t.equal(await handshake(core, { origin: core.url }), 401, 'without a cookie')
  t.equal(await handshake(core, { ...cookieOf(owner), origin: 'https://evil.example' }), 403)
  t.equal(await handshake(core, cookieOf(owner)), 403, 'from no page at all')
  t.match(await outcome(t, core, ticket, cookieOf(otherWindow)), WRONG, 'another session')
  const second = await ticketOf(owner)
  t.equal(await outcome(t, core, second, cookieOf(owner)), 'open')
  t.match(await outcome(t, core, second, cookieOf(owner)), WRONG, 'a second time')
  const stale = await ticketOf(owner)
  core.clock.aheadMs += 61 * SECOND
  t.match(await outcome(t, core, stale, cookieOf(owner)), WRONG, 'after a minute')
  const renamed = { ...(await ticketOf(owner)), clientId: 'user:another-0001:1' }
  t.match(await outcome(t, core, renamed, cookieOf(owner)), /Identifier rejected/, 'B9')
})

t.test('A ticket that was used before core restarted is not good again', async (t) => {
  const core = await testCore(t)
  const used = await ticketOf(core.owner)
  t.equal(await outcome(t, core, used, cookieOf(core.owner)), 'open')
  await core.core.stop()
  const again = await bareCore(t, { databaseUrl: core.databaseUrl, dataDir: core.dataDir })
  t.match(await outcome(t, again, used, cookieOf(core.owner)), WRONG)
})

t.test('B4 B27: with a ticket one reads the own organisation, and says nothing', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const grant = await join(core, owner, 'Svalbard', ORG)
  const base = `talos/${ORG}/gs/${grant.stationId}`
  for (const end of ['telemetry/rot', 'cmd/stop', 'state', 'ack/abcdefgh', 'plan/abcdefgh']) {
    const { client } = await dashboardOf(t, core, owner, ORG)
    const isOver = closed(client)
    client.publish(`${base}/${end}`, rot(1), { qos: 1 })
    t.ok((await isOver) < SECOND, `saying ${end} closes the connection`)
  }
  const { client } = await dashboardOf(t, core, owner, ORG)
  const filters = [
    ...['#', '$SYS/#', 'talos/#', `talos/${ORG}/#`, `talos/${ORG}/gs/#`, 'talos/+/gs/+/state'],
    ...[`${base}/cmd/#`, `${base}/plan/#`, `${base}/ack/+`, 'talos/system/refresh', `$share/g/${base}/state`],
  ]
  for (const filter of filters) await t.rejects(client.subscribeAsync(filter), filter)
  t.ok(client.connected)
})

t.test('B17: a ticket is no password, no Bearer and no cookie of the API', async (t) => {
  const core = await testCore(t)
  const { ticket } = await ticketOf(core.owner)
  t.equal((await core.program(ticket).api('GET', `/orgs/${ORG}/stations`)).status, 401)
  const browser = core.browser()
  const [name = ''] = core.owner.cookies.keys()
  browser.cookies.set(name, ticket)
  t.equal((await browser.api('GET', `/orgs/${ORG}/stations`)).status, 401)
})

t.test('B18: signing out closes the live connection of that session only, in under a second', async (t) => {
  const core = await testCore(t)
  const otherWindow = await core.signIn(OWNER)
  const mine = await dashboardOf(t, core, core.owner, ORG)
  const other = await dashboardOf(t, core, otherWindow, ORG)
  const gone = closed(mine.client)
  t.equal((await core.owner.api('POST', '/auth/logout')).status, 200)
  t.ok((await gone) < SECOND)
  t.ok(other.client.connected)
})
