import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { LookupFunction } from 'node:net'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { fetchSource, type Validators } from '../../director/source-fetch.js'

const NEVER: Validators = { etag: null, lastModified: null }

async function serve(t: Test, answer: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { origin: `http://127.0.0.1:${port}`, port }
}

/** One source that answers as the test says. */
async function source(t: Test) {
  const facts = {
    answer: (_req: IncomingMessage, res: ServerResponse): unknown => res.end('[]'),
    asked: [] as IncomingMessage[],
  }
  const { origin } = await serve(t, (req, res) => {
    facts.asked.push(req)
    facts.answer(req, res)
  })
  const trusted = new Set([origin])
  const look = (last = NEVER, more = {}) => fetchSource(`${origin}/x`, last, { trusted, ...more })
  return { facts, origin, look }
}

t.test('A source is asked with what it was known by, and gives what it is known by next', async (t) => {
  const { facts, look } = await source(t)
  facts.answer = (_req, res) =>
    res.setHeader('etag', '"two"').setHeader('last-modified', 'Sun, 22 Nov 2026 10:00:00 GMT').end('[1]')
  t.same(await look({ etag: '"one"', lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' }), {
    ...{ ok: true, text: '[1]', note: '', etag: '"two"', lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT' },
  })
  t.match(facts.asked[0]?.headers, {
    'if-none-match': '"one"',
    'if-modified-since': 'Sat, 21 Nov 2026 10:00:00 GMT',
    'user-agent': 'Talos',
  })
  facts.answer = (_req, res) => res.setHeader('etag', `"${'x'.repeat(300)}"`).end('[]')
  t.match(await look(), { ok: true, etag: null }, 'one that core would not keep is none')
})

t.test('Packed answers are unpacked, and those that are too large are not read to their end', async (t) => {
  const { facts, look } = await source(t)
  facts.answer = (_req, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync('[ 1 ]'))
  t.match(await look(), { ok: true, text: '[ 1 ]' })
  const bomb = gzipSync(Buffer.alloc(5_000_000))
  facts.answer = (_req, res) => res.setHeader('content-encoding', 'gzip').end(bomb)
  t.match(await look(NEVER, { mostBytes: 100_000 }), {
    ok: false,
    outcome: 'failed',
    result: /more than 100000/,
  })
  facts.answer = (_req, res) => res.end('x'.repeat(100_001))
  t.match(await look(NEVER, { mostBytes: 100_000 }), { ok: false, result: /more than 100000/ })
  facts.answer = (_req, res) => res.setHeader('content-encoding', 'gzip').end('not packed')
  t.match(await look(), { ok: false, outcome: 'failed' })
  facts.answer = (_req, res) => res.setHeader('content-encoding', 'constructor').end('[]')
  t.match(await look(), { ok: true, text: '[]' })
})

t.test('Each way in which a source can say no is told apart', async (t) => {
  const { facts, look } = await source(t)
  const celestrak =
    'GP data has not updated since your last successful\ndownload of GROUP=starlink at 2026-03-27 08:11:36 UTC.\nData is updated once every 2 hours.\n'
  const cases = [
    [304, '', { outcome: 'unchanged' }],
    [403, celestrak, { outcome: 'unchanged', retryAfterS: null }],
    [403, 'Forbidden', { outcome: 'refused', result: /403: "Forbidden"/ }],
    [429, '', { outcome: 'refused', retryAfterS: 7200 }],
    [404, '<html><title>x', { outcome: 'failed', result: 'it answered 404' }],
    [503, 'later', { outcome: 'failed', retryAfterS: 7200 }],
    [
      200,
      '\n<!DOCTYPE html><html><title>Log in</title>',
      { outcome: 'failed', result: /a web page.*Log in/ },
    ],
    [200, '<html>', { outcome: 'failed', result: /a web page/ }],
  ] as const
  for (const [status, body, expected] of cases) {
    facts.answer = (_req, res) => res.writeHead(status, { 'retry-after': '7200' }).end(body)
    const found = await look()
    if (body === celestrak || status === 304) t.match(found, { ...expected, retryAfterS: null })
    else t.match(found, { ok: false, ...expected }, `${status} ${body.slice(0, 20)}`)
  }
})

t.test('An answer that does not come, or not whole, in time is none', async (t) => {
  const { facts, look } = await source(t)
  facts.answer = () => {}
  t.match(await look(NEVER, { timeoutMs: 50 }), { outcome: 'failed', result: 'no whole answer in time' })
  facts.answer = (_req, res) => res.write('[')
  t.match(await look(NEVER, { timeoutMs: 50 }), { outcome: 'failed', result: 'no whole answer in time' })
  facts.answer = (_req, res) => {
    res.writeHead(200, { 'content-length': '10' }).write('[')
    setImmediate(() => res.destroy())
  }
  t.match(await look(), { ok: false, outcome: 'failed' })
})

t.test('Where nobody listens no request got there', async (t) => {
  const { origin } = await serve(t, () => {})
  const port = Number(new URL(origin).port)
  const closed = `http://127.0.0.1:${port === 65_535 ? port - 1 : port + 1}`
  const found = await fetchSource(`${closed}/x`, NEVER, { trusted: new Set([closed]) })
  t.match(found, { ok: false, outcome: 'unreachable', result: /ECONNREFUSED/ })
})

t.test('It is followed where it leads, a few times, and told where it has moved to', async (t) => {
  const { facts, origin, look } = await source(t)
  facts.answer = (req, res) =>
    req.url === '/x' ? res.writeHead(301, { location: '/y' }).end() : res.end('[2]')
  t.match(await look(), { ok: true, text: '[2]', note: `; it has moved to ${origin}/y` })
  facts.answer = (_req, res) => res.writeHead(302, { location: '/x' }).end()
  facts.asked.length = 0
  t.match(await look(), { ok: false, outcome: 'failed', result: /more than 3 times/ })
  t.equal(facts.asked.length, 4)
  facts.answer = (_req, res) => res.writeHead(302, { location: 'http://[' }).end()
  t.match(await look(), { ok: false, result: /no address/ })
})

t.test(
  'SSRF: no address of this network is asked: not as written, not by name, not behind a redirect',
  async (t) => {
    let reached = 0
    const inside = await serve(t, (_req, res) => {
      reached++
      res.end('secret')
    })
    const named = (address: string, family = 4): LookupFunction => {
      return (_host, options, callback) =>
        options.all === true ? callback(null, [{ address, family }]) : callback(null, address, family)
    }
    const refused = { ok: false, outcome: 'unreachable', result: /public internet|not https/ }
    const trusted = new Set<string>()
    t.match(await fetchSource(`${inside.origin}/`, NEVER, { trusted }), refused)
    t.match(await fetchSource(`https://127.0.0.1:${inside.port}/`, NEVER, { trusted }), refused)
    const { port } = inside
    // A name whose owner points it inside, at any moment: what is looked up is what is judged and connected to.
    for (const lookup of [
      named('127.0.0.1'),
      named('169.254.169.254'),
      named('::1', 6),
      named('::ffff:7f00:1', 6),
    ])
      t.match(await fetchSource(`https://rebind.example:${port}/`, NEVER, { trusted, lookup }), refused)
    t.match(
      await fetchSource(`https://localhost:${port}/`, NEVER, { trusted }),
      refused,
      "by this system's own names",
    )
    const { facts, origin, look } = await source(t)
    for (const location of [
      `${inside.origin}/`,
      `https://127.0.0.1:${port}/`,
      'file:///etc/passwd',
      'gopher://x/',
    ]) {
      facts.answer = (_req, res) => res.writeHead(302, { location }).end()
      t.match(await look(), refused, `from ${origin} to ${location}`)
    }
    t.equal(reached, 0, 'nothing got there')
  },
)

t.test('All addresses of a name are asked for, and none that is not public is left', async (t) => {
  const asked: unknown[] = []
  const lookup: LookupFunction = (host, options, callback) => {
    asked.push([host, options.all])
    const all = [
      { address: '10.0.0.1', family: 4 },
      { address: '203.0.113.1', family: 4 },
    ]
    callback(null, all)
  }
  const found = await fetchSource('https://both.example/', NEVER, { trusted: new Set(), lookup })
  t.match(found, { outcome: 'unreachable', result: /both.example is 10.0.0.1, 203.0.113.1/ })
  t.same(asked, [['both.example', true]])
})
