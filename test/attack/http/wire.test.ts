/** Requests by hand over a true socket: two in one, unfinished, too many, too slow, or for another protocol. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { RATE_LIMITS } from '../../../core/http/rate-limits.js'
import { problemSchema } from '../../../shared/api/common.js'
import { bareCore } from '../../support/core.js'
import { answersIn, type RawAnswer, RawHttp, request, say } from '../../support/raw-http.js'

const CLOSE = 'Connection: close'
const ALIVE = '/api/v1/healthz'
const LOGIN = 'POST /api/v1/auth/login'
const login = (n: number) => `{"email":"a${n}@example.org"}`
/** What somebody hides in a body, to have it answered as a request of its own. */
const SMUGGLED = `GET ${ALIVE} HTTP/1.1\r\nHost: x\r\n\r\n`

const core = await bareCore(t)
let clients = 1
/** Each has an address of its own, so that rate limits do not meet. */
function world() {
  clients += 1
  const from = `127.0.0.${clients}`
  const ask = (text: string) => say(core.url, text, from)
  const failures = () => core.logged.filter((line) => Number(line['level']) >= 50)
  return { ask, failures }
}

const isProblem = (t: Test, answer: RawAnswer | undefined, status: number, what: string): void => {
  const { headers, body } = answer ?? { headers: new Map(), body: 'null' }
  const got = {
    status: answer?.status,
    problem: problemSchema.safeParse(JSON.parse(body)).data?.status,
    type: headers.get('content-type'),
    sniff: headers.get('x-content-type-options'),
    cache: headers.get('cache-control'),
  }
  const type = 'application/problem+json; charset=utf-8'
  t.same(got, { status, problem: status, type, sniff: 'nosniff', cache: 'no-store' }, what)
}

t.test(
  'a request whose end can be read in two ways is refused, and what it hides is not answered',
  async (t) => {
    const { ask, failures } = world()
    const json = ['Host: x', 'Content-Type: application/json']
    const tries: readonly (readonly string[])[] = [
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      ['Content-Length: 0', 'Content-Length: 40'],
      ['Content-Length: 0, 40'],
      ['Content-Length: +0'],
      ['Content-Length: 0x0'],
      ['Content-Length: -1'],
      ['Content-Length : 0'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding : chunked'],
      ['Transfer-Encoding: \x0bchunked'],
      ['Transfer-Encoding:\r\n chunked'],
      ['X: a\r\n Transfer-Encoding: chunked'],
      [' Transfer-Encoding: chunked'],
      ['X: a\nTransfer-Encoding: chunked'],
      ['X: a\rTransfer-Encoding: chunked'],
      ['X\0: a'],
    ]
    for (const lines of tries) {
      const text = [`${LOGIN} HTTP/1.1`, ...json, ...lines, '', `0\r\n\r\n${SMUGGLED}`].join('\r\n')
      const answers = await ask(text)
      t.equal(answers.length, 1, JSON.stringify(lines))
      isProblem(t, answers[0], 400, JSON.stringify(lines))
    }
    t.same(failures(), [])
  },
)

t.test('a body that no route asked for is no request', async (t) => {
  const { ask } = world()
  const length = `Content-Length: ${SMUGGLED.length}`
  for (const line of [`GET ${ALIVE}`, 'GET /api/v1/nothing', 'DELETE /api/v1/auth/sessions'])
    t.equal(
      (await ask(`${line} HTTP/1.1\r\nHost: x\r\n${length}\r\n${CLOSE}\r\n\r\n${SMUGGLED}`)).length,
      1,
      line,
    )
})

t.test('what is no request is answered by a problem, too', async (t) => {
  const { ask, failures } = world()
  const large = 'a'.repeat(20_000)
  isProblem(t, (await ask('\x16\x03\x01\x02\x00\x01'))[0], 400, 'a TLS hello')
  isProblem(t, (await ask('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))[0], 400, 'HTTP/2')
  isProblem(t, (await ask(`GET ${ALIVE} HTTP/1.1\nHost: x\n\n`))[0], 400, 'bare line feeds')
  isProblem(t, (await ask(request('GET /', { headers: [`X: ${large}`, CLOSE] })))[0], 431, 'headers')
  isProblem(t, (await ask(request(`GET /${large}`, { headers: [CLOSE] })))[0], 431, 'an address')
  isProblem(
    t,
    (await ask(request('GET /%zz')))[0],
    404,
    'an address that cannot be read, and the socket is closed',
  )
  const cookies = `Cookie: ${'a=b; '.repeat(5000)}`
  isProblem(t, (await ask(request('GET /', { headers: [cookies] })))[0], 431, 'cookies')
  t.same(failures(), [])
})

t.test('one Host, no more and no less; what a client expects is no order', async (t) => {
  const { ask } = world()
  const get = (...hosts: string[]) => ask([`GET ${ALIVE} HTTP/1.1`, ...hosts, CLOSE, '', ''].join('\r\n'))
  isProblem(t, (await get())[0], 400, 'none')
  isProblem(t, (await get('Host: a', 'Host: b'))[0], 400, 'two')
  isProblem(t, (await get('Host: a', 'hOST: a'))[0], 400, 'twice the same')
  t.equal((await get('Host: a'))[0]?.status, 200)
  t.equal((await ask(`GET ${ALIVE} HTTP/1.0\r\n\r\n`))[0]?.status, 200, 'HTTP/1.0 knew none')
  const expecting = request(LOGIN, { headers: ['Expect: 200-everything', CLOSE], body: login(1) })
  t.equal((await ask(expecting))[0]?.status, 202)
})

const upgrade = (protocol: string) => [
  `Connection: Upgrade`,
  `Upgrade: ${protocol}`,
  ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
]

t.test(
  'B11: no address but /mqtt opens a WebSocket, and every socket that asked for one is closed',
  async (t) => {
    const { ask } = world()
    const { body: api } = await core.program().api('GET', '//api/openapi.json')
    const paths = Object.keys(api.paths).map((path) => path.replace(/\{[a-zA-Z]+\}/g, '00000000-0000'))
    t.ok(paths.length > 60)
    for (const path of [...paths, '/', '/mqtt/x', '/assets/x.js', '/api/docs', '/nothing'])
      for (const [method, protocol] of [
        ['GET', 'websocket'],
        ['POST', 'websocket'],
        ['GET', 'h2c'],
      ] as const) {
        const answers = await ask(
          request(`${method} ${path}?secret=of-a-query`, { headers: upgrade(protocol) }),
        )
        t.equal(answers.length, 1, path)
        isProblem(t, answers[0], 400, `${method} ${path} ${protocol}`)
      }
    isProblem(t, (await ask(request('GET /%zz', { headers: upgrade('websocket') })))[0], 404, 'no address')
    t.notMatch(JSON.stringify(core.logged), 'of-a-query')
  },
)

t.test('rate limits count requests, not connections: a hundred in one breath', async (t) => {
  const { ask } = world()
  const asked = Array.from({ length: 99 }, (_, n) => request(LOGIN, { body: login(n) }))
  const answers = await ask(asked.join('') + request(LOGIN, { headers: [CLOSE], body: login(99) }))
  const statuses = answers.map(({ status }) => status)
  t.equal(statuses.length, 100)
  t.equal(statuses.filter((status) => status === 202).length, RATE_LIMITS.login.max)
  t.equal(statuses.filter((status) => status === 429).length, 100 - RATE_LIMITS.login.max)
  const flood = SMUGGLED.repeat(2000) + request(`GET ${ALIVE}`, { headers: [CLOSE] })
  const floods = await ask(flood)
  t.equal(floods.length, 2001, 'each is answered')
  t.equal((await core.program().api('GET', '/readyz')).status, 200)
})

t.test('A29: nothing is for a cache, however the address is written', async (t) => {
  for (const path of [
    '//api/v1/auth/me',
    '//%61pi/v1/auth/me',
    '//api/v1/%61uth/me',
    '//%2fapi/v1/auth/me',
    '//x',
  ]) {
    const { headers } = await core.browser().api('GET', path)
    t.equal(headers['cache-control'], 'no-store', path)
  }
})

t.test('a body that is packed, in another charset, or no text at all, is refused', async (t) => {
  const { ask, failures } = world()
  const post = async (body: string, ...headers: string[]) => {
    const length = `Content-Length: ${body.length}`
    const lines = ['POST /api/v1/auth/revoke HTTP/1.1', 'Host: x', length, CLOSE, ...headers, '', body]
    return (await ask(lines.join('\r\n')))[0]
  }
  const body = '{"token":"x"}'
  const json = 'Content-Type: application/json'
  for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x'])
    isProblem(t, await post(body, json, `Content-Encoding: ${encoding}`), 415, encoding)
  for (const type of ['charset=utf-16', 'charset="iso-8859-1"', 'x=y; CharSet=utf-7', 'charset='])
    isProblem(t, await post(body, `${json}; ${type}`), 415, type)
  for (const type of [
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'text/plain;application/json',
  ])
    isProblem(t, await post(body, `Content-Type: ${type}`), 415, type)
  for (const bytes of ['\xe9', '\xc3', '\xed\xa0\x80', '\xc0\x80', '\xf5\x80\x80\x80'])
    isProblem(t, await post(`{"token":"${bytes}"}`, json), 400, JSON.stringify(bytes))
  t.equal((await post('{"token":"\xc3\xa9"}', `${json}; charset=UTF-8`))?.status, 200)
  t.equal(
    (await post(`\xef\xbb\xbf${body}`, json))?.status,
    200,
    'a mark of the byte order is none of the text',
  )
  t.same(failures(), [])
})

t.test('half an answer is no answer', (t) => {
  t.throws(() => answersIn('HTTP/1.1 200 OK\r\n'))
  t.end()
})

t.test('who sends headers or a body by drops is cut off, and holds up nobody', async (t) => {
  const { ask } = world()
  core.app.server.headersTimeout = 100
  core.app.server.requestTimeout = 200
  const beginnings = [
    '',
    'GET',
    `GET ${ALIVE} HTTP/1.1\r\nHost: x\r\nX-`,
    `POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`,
    `POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n`,
  ]
  const slow = await Promise.all(
    beginnings.flatMap((text) =>
      Array.from({ length: 20 }, async () => {
        const wire = await RawHttp.open(core.url)
        wire.write(text)
        return wire
      }),
    ),
  )
  t.equal((await ask(request(`GET ${ALIVE}`, { headers: [CLOSE] })))[0]?.status, 200)
  for (const wire of slow) {
    const answers = await wire.ended()
    t.equal(answers.length, 1)
    isProblem(t, answers[0], 408, 'too late')
  }
})

t.test('who does not read his answers is cut off', async (t) => {
  core.app.server.headersTimeout = 15_000
  core.app.server.timeout = 300
  const connected = once(core.app.server, 'connection')
  const wire = await RawHttp.open(core.url)
  wire.socket.pause()
  wire.write(request('GET /api/openapi.json').repeat(200))
  const [accepted] = (await connected) as [Socket]
  await once(accepted, 'close')
  wire.socket.resume()
  await once(wire.socket, 'close')
  t.ok(wire.received.split('HTTP/1.1 200').length < 200, 'he did not get all of it')
})
