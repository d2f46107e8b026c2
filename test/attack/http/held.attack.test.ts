/** A request that was let in by its headers and keeps its body back until its sender has lost his rights (E19, A11). */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { MINUTE, SECOND } from '../../../shared/time.js'
import type { ApiClient } from '../../support/client.js'
import { type TestCore, testCore } from '../../support/core.js'
import { idOf, signedIn } from '../../support/people.js'

/**
 * Sends the headers of a POST, all that the guard looks at, and waits until it has let them in. Gives what sends the body
 * some seconds later and reads the status.
 */
async function hold({ url, clock, prisma }: TestCore, client: ApiClient, path: string, body: object) {
  const { hostname, port, origin } = new URL(url)
  const userId = await idOf(client)
  const lastActs = async () =>
    (await prisma.session.findFirstOrThrow({ where: { userId } })).lastSeenAt.getTime()
  // Then the guard notes the act of the person.
  clock.aheadMs += 2 * MINUTE
  const before = await lastActs()
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  const text = JSON.stringify(body)
  const headers = [
    `POST /api/v1${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Origin: ${origin}`,
    `Cookie: ${client.cookieHeader}`,
    'Content-Type: application/json',
    `Content-Length: ${text.length}`,
    'Connection: close',
  ]
  socket.write(`${headers.join('\r\n')}\r\n\r\n${text.slice(0, 1)}`)
  while ((await lastActs()) === before) await setImmediate()
  return async (): Promise<number> => {
    clock.aheadMs += 5 * SECOND
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.write(text.slice(1))
    await once(socket, 'close')
    return Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1])
  }
}

t.test('E19: who is let go does nothing more with requests that were under way', async (t) => {
  const core = await testCore(t)
  const { id, client } = await signedIn(core, 'mallory', 'manager')
  const token = { name: 'back door', ttlMinutes: 10_080 }
  const finish = await hold(core, client, '/orgs/main/enrollment-tokens', token)
  t.equal((await core.owner.api('DELETE', `/orgs/main/members/${id}`)).status, 200)
  t.equal(await finish(), 401)
  t.equal(await core.prisma.enrollmentToken.count(), 0)
})

t.test('A11: a session that has ended makes no API token by a request that was under way', async (t) => {
  const core = await testCore(t)
  const { client } = await signedIn(core, 'alice', 'manager')
  const finish = await hold(core, client, '/auth/api-tokens', { name: 'for later', expiresInDays: 300 })
  t.equal((await client.api('POST', '/auth/logout', {})).status, 200)
  t.equal(await finish(), 401)
  t.equal(await core.prisma.apiToken.count(), 0)
})
