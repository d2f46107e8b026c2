/** Requests that no browser sends, over a true socket: none is a failure of ours, none moves a link, none is answered twice. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import t, { type Test } from 'tap'
import { bareCore } from '../../support/core.js'
import { temporaryDirectory } from '../../support/directory.js'

const JSON_HEADERS = 'Host: x\r\nContent-Type: application/json\r\nConnection: close\r\n'

async function world(t: Test) {
  const dashboardDir = temporaryDirectory(t)
  writeFileSync(path.join(dashboardDir, 'index.html'), '<!doctype html><title>Talos</title>')
  mkdirSync(path.join(dashboardDir, 'assets'))
  const core = await bareCore(t, { dashboardDir })
  const { hostname, port } = new URL(core.url)
  /** Says the bytes and gives back all that comes until the other end closes. */
  const say = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(Number(port), hostname)
      socket.setEncoding('latin1').on('data', (part: string) => {
        answer += part
      })
      socket.on('error', () => undefined).on('close', () => resolve(answer))
      socket.write(text, 'latin1')
    })
  /** Says the bytes and resets the connection in the same breath. */
  const sayAndReset = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined).on('close', () => resolve())
      socket.write(text, 'latin1', () => socket.resetAndDestroy())
    })
  const get = (target: string, more = '') =>
    say(`GET ${target} HTTP/1.1\r\nHost: x\r\n${more}Connection: close\r\n\r\n`)
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
  const failures = () => core.logged.filter((line) => Number(line['level']) >= 50)
  return { core, say, sayAndReset, get, statusOf, failures }
}

t.test('addresses: outside the folder is nothing, and nothing redirects', async (t) => {
  const { get, statusOf, failures } = await world(t)
  const nowhere = [
    ...['/assets/..%2f..%2f..%2fetc/passwd', '/assets/../../../package.json', '/assets//evil.example'],
    ...['/assets/%5c..%5cindex.html', '/assets/%00', '/assets/', '/api//v1/orgs', '/%E0%A4%A', '/%'],
  ]
  for (const target of nowhere) t.equal(statusOf(await get(target)), 404, target)
  for (const target of [
    '//evil.example/%2e%2e',
    '/\\evil.example',
    '/..%2fpackage.json',
    '/.env',
    '/a?to=//x',
  ]) {
    const answer = await get(target)
    t.match(answer, /^HTTP\/1\.1 200[\s\S]*<title>Talos/, `${target} is the page and nothing else`)
    t.notMatch(answer, /location:/i)
  }
  t.same(failures(), [])
})

t.test('A45: no header of the client moves a link', async (t) => {
  const { core, say } = await world(t)
  const answer = await say(
    'POST /api/v1/auth/device/code HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n' +
      'X-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\nContent-Type: application/json\r\n' +
      'Content-Length: 18\r\nConnection: close\r\n\r\n{"clientName":"x"}',
  )
  t.match(answer, `"verification_uri":"${core.url}/device"`)
  t.notMatch(answer, /evil/)
})

t.test('what is no request of HTTP, or two in one, is refused', async (t) => {
  const { say, get, statusOf, failures } = await world(t)
  const login = `POST /api/v1/auth/login HTTP/1.1\r\n${JSON_HEADERS}`
  const tries: [string, number][] = [
    [`${login}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    [`${login}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [`${login}Content-Length: 99999999999\r\n\r\n{}`, 413],
    [`${login}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}`, 400],
    ['GET /api/v1/healthz\0 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['QUERY /api/v1/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 415],
    ['TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['PROPFIND /api/v1/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['\x16\x03\x01\x02\x00\x01', 400],
  ]
  for (const [text, status] of tries)
    t.equal(statusOf(await say(text)), status, JSON.stringify(text.slice(0, 60)))
  t.equal(statusOf(await get('/', `X-Large: ${'a'.repeat(20_000)}\r\n`)), 431)
  t.equal(statusOf(await get(`/${'a'.repeat(20_000)}`)), 431)
  t.equal(statusOf(await get('/api/v1/healthz')), 200)
  t.same(failures(), [])
})

t.test('a client that hangs up in the middle is no failure of ours', async (t) => {
  const { sayAndReset, say, get, statusOf, failures } = await world(t)
  const login = `POST /api/v1/auth/login HTTP/1.1\r\n${JSON_HEADERS}`
  for (let n = 0; n < 10; n++) {
    await sayAndReset(`${login}Content-Length: 200\r\n\r\n{"email":"a`)
    await sayAndReset(`${login}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema`)
    await sayAndReset('GET /api/v1/healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5))
  }
  t.equal(statusOf(await get('/api/v1/healthz')), 200)
  const after = `POST /api/v1/auth/token HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 2\r\n\r\n{}`
  t.equal(statusOf(await say(after)), 400)
  t.same(failures(), [])
})

t.test('duplicate keys, prototypes, numbers beyond numbers, letters that look alike', async (t) => {
  const { core } = await world(t)
  const login = async (body: string) => (await core.browser().api('POST', '/auth/login', body)).status
  t.equal(
    await login('{"email":"x","email":"a@example.org"}'),
    202,
    'the last one counts, for checks and use alike',
  )
  t.equal(await login('{"email":"a@example.org","email":"x"}'), 400)
  t.equal(await login('{"email":"a@example.org","__proto__":{"admin":true}}'), 400)
  t.equal(await login('{"email":"a@example.org","\\u005f_proto__":{"admin":true}}'), 400)
  t.equal(({} as { admin?: boolean }).admin, undefined)
  for (const email of [
    'a@exampl\u212A.org',
    '\uFF41@example.org',
    'a\u0000@b.co',
    'a@b.co\r\nBcc: c@d.ef',
    'a@b.co,c@d.ef',
  ])
    t.equal(await login(JSON.stringify({ email })), 400, JSON.stringify(email))
  const named = (name: string) => core.browser().api('POST', '/auth/device/code', `{"clientName":${name}}`)
  for (const value of ['1e309', '-0', 'NaN', '1', 'true', '{"toString":1}', '["x"]'])
    t.equal((await named(value)).status, 400, value)
})
