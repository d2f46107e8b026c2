import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CoreClient } from '../../director/core-client.js'
import { addressOf, ElementSources } from '../../director/element-sources.js'
import { ElementsFile } from '../../director/elements-file.js'
import type { ElementSource, SourceLooked } from '../../shared/api/sources.js'
import { HOUR, iso } from '../../shared/time.js'
import { temporaryDirectory } from '../support/directory.js'
import { elements, NOW } from './fixtures.js'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const clock = { now: () => NOW, monotonic: () => NOW }
const SETS = JSON.stringify(elements())

const sourceOf = (
  kind: ElementSource['kind'],
  target: string,
  nextAt: number | null = null,
): ElementSource => ({
  ...{
    id: `source-${kind}-${target.replace(/\W/g, '')}`.slice(0, 60),
    kind,
    target,
    enabled: true,
    everyHours: 2,
  },
  look:
    nextAt === null
      ? null
      : {
          ...{ url: 'x', askedAt: iso(NOW - 2 * HOUR), nextAt: iso(nextAt) },
          ...{ outcome: 'changed', result: null, failures: 0 },
        },
})

/** A source and core on one real socket: the last inch. */
async function world(t: Test, file: string | null = null) {
  const facts = {
    sources: [sourceOf('celestrak', 'amateur')],
    claim: { claimed: true, etag: '"old"', lastModified: null } as object,
    answer: (_req: IncomingMessage, res: ServerResponse): unknown => res.setHeader('etag', '"one"').end(SETS),
    imports: 200,
    asked: [] as string[],
    told: [] as { path: string; body: { source: string; text: string; items: unknown[] } }[],
    looked: [] as SourceLooked[],
  }
  const server = createServer(async (req, res) => {
    const path = req.url ?? ''
    if (!path.startsWith('/api/v1/')) {
      facts.asked.push(path)
      facts.answer(req, res)
      return
    }
    let text = ''
    for await (const chunk of req) text += String(chunk)
    const body = text === '' ? null : JSON.parse(text)
    const answer = (value: unknown, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (path.endsWith('/sources')) answer({ items: facts.sources })
    else if (path.endsWith('/claim')) answer(facts.claim)
    else if (path.endsWith('/looked')) {
      facts.looked.push(body)
      answer({ ok: true })
    } else if (facts.imports !== 200) answer({}, facts.imports)
    else {
      facts.told.push({ path, body })
      const { length } = body.items ?? []
      if (path.endsWith('/import')) answer({ imported: 6, unchanged: 0, refused: [] })
      else answer({ changed: length, removed: 0, total: length })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const core = new CoreClient(url, () => 'gsk_test')
  const options = { celestrakUrl: url, satnogsUrl: url, trusted: new Set([url]) }
  const sources = new ElementSources(core, options, clock, quiet)
  return { facts, url, sources, file: new ElementsFile(core, file, quiet) }
}

t.test('Each kind of source has its address', async (t) => {
  const at = { celestrakUrl: 'https://celestrak.org', satnogsUrl: 'https://db.satnogs.org' }
  t.same(
    [
      addressOf({ kind: 'celestrak', target: 'amateur' }, at),
      addressOf({ kind: 'satnogs', target: 'tle' }, at),
      addressOf({ kind: 'url', target: 'https://example.org/a.xml' }, at),
    ],
    [
      'https://celestrak.org/NORAD/elements/gp.php?GROUP=amateur&FORMAT=json',
      'https://db.satnogs.org/api/tle/?format=json',
      'https://example.org/a.xml',
    ],
  )
})

t.test('A source that is due is claimed and asked, core is told, and the look is reported', async (t) => {
  const { facts, url, sources } = await world(t)
  let tag: unknown
  facts.answer = (req, res) => {
    tag = req.headers['if-none-match']
    res.setHeader('etag', '"new"').end(SETS)
  }
  await sources.check()
  t.equal(tag, '"old"')
  t.match(facts.told, [{ path: '/api/v1/elements/import', body: { source: 'celestrak:amateur' } }])
  t.equal(JSON.parse(facts.told[0]?.body.text ?? '').length, JSON.parse(SETS).length)
  t.match(facts.looked, [
    { url: `${url}/NORAD/elements/gp.php?GROUP=amateur&FORMAT=json`, outcome: 'changed', etag: '"new"' },
  ])
  t.match(facts.looked, [{ result: /^6 new, 0 refused/ }])
})

t.test('What is not due, or claimed by another director, is not asked', async (t) => {
  const { facts, sources } = await world(t)
  facts.sources = [sourceOf('celestrak', 'amateur', NOW + 1)]
  await sources.check()
  facts.sources = [sourceOf('celestrak', 'amateur', NOW)]
  facts.claim = { claimed: false, nextAt: iso(NOW + HOUR) }
  await sources.check()
  t.same(facts.asked, [])
  facts.claim = { claimed: true, etag: null, lastModified: null }
  await sources.check()
  t.equal(facts.asked.length, 1)
})

t.test(
  'What brought nothing is reported with what it was known by before, and tells core nothing',
  async (t) => {
    const { facts, sources } = await world(t)
    for (const [status, body, outcome, said] of [
      [304, '', 'unchanged', /not changed/],
      [403, 'blocked', 'refused', /answered 403/],
      [200, '<html>', 'failed', /a web page/],
      [200, '{"a":1}', 'failed', /nothing usable/],
      [200, 'No GP data found', 'failed', /No GP data found/],
      [500, 'a\u0000b\u0007', 'failed', /answered 500: "a.u0000b.u0007"/],
      [200, `["${'\u{1f6f0}'.repeat(200)}\u0085"]`, 'failed', /^[^\p{Cc}\p{Cs}]*$/u],
      [200, '', 'failed', /nothing usable/],
    ] as const) {
      facts.answer = (_req, res) => res.writeHead(status, { etag: '"new"' }).end(body)
      await sources.check()
      t.match(facts.looked.at(-1), { etag: '"old"', outcome, result: said }, body)
    }
    t.same(facts.told, [])
  },
)

t.test('What core did not take is asked for again, whole', async (t) => {
  const { facts, sources } = await world(t)
  facts.imports = 503
  await sources.check()
  t.match(facts.looked, [{ etag: '"old"', outcome: 'failed' }])
})

t.test('One source that fails stops no other, and elements come in any form from any address', async (t) => {
  const { facts, url, sources } = await world(t)
  facts.sources = [
    sourceOf('url', `${url}/broken`),
    sourceOf('url', 'http://192.168.0.1/inside'),
    sourceOf('url', `${url}/iss.txt`),
  ]
  const tle = [
    'ISS (ZARYA)',
    '1 25544U 98067A   20029.54791435  .00001264  00000-0  29621-4 0  9998',
    '2 25544  51.6434 322.3083 0004853 184.4677 299.8387 15.49176870210257',
  ].join('\n')
  facts.answer = (req, res) => (req.url === '/broken' ? req.socket.destroy() : res.end(tle))
  await sources.check()
  t.match(facts.looked, [{ outcome: 'failed' }, { outcome: 'unreachable' }, { outcome: 'changed' }])
  t.match(facts.told, [{ body: { source: `url:${new URL(url).host}`, text: /"NORAD_CAT_ID":25544/ } }])
})

t.test('SatNOGS DB gives transmitters, satellites and elements, each to its place in core', async (t) => {
  const { facts, sources } = await world(t)
  facts.sources = [
    sourceOf('satnogs', 'transmitters'),
    sourceOf('satnogs', 'satellites'),
    sourceOf('satnogs', 'tle'),
  ]
  const transmitter = {
    uuid: 'ybJ86zjXzQxDReZ5skY56B',
    description: 'FM',
    type: 'Transmitter',
    invert: false,
  }
  const answers: Record<string, unknown[]> = {
    '/api/transmitters/?format=json': [
      { ...transmitter, downlink_low: 145_800_000, status: 'active', norad_cat_id: 25_544 },
    ],
    '/api/satellites/?format=json': [{ norad_cat_id: 25_544, name: 'ISS', status: 'alive', decayed: null }],
    '/api/tle/?format=json': [],
  }
  facts.answer = (req, res) => res.end(JSON.stringify(answers[req.url ?? '']))
  await sources.check()
  t.match(facts.told, [
    { path: '/api/v1/transmitters', body: { source: 'satnogs', items: [{ satelliteId: '25544' }] } },
    { path: '/api/v1/catalogue', body: { source: 'satnogs', items: [{ life: 'alive' }] } },
  ])
  t.match(facts.looked, [
    { outcome: 'changed', result: '1 transmitters, 1 new or changed, 0 gone, 0 not usable' },
    { outcome: 'changed', result: '1 satellites, 1 new or changed, 0 gone, 0 not usable' },
    { outcome: 'failed', result: /nothing usable/ },
  ])
})

t.test('A file is imported once, and again when it changes', async (t) => {
  const path = join(temporaryDirectory(t), 'sets.json')
  writeFileSync(path, SETS)
  const { facts, file } = await world(t, path)
  await file.check()
  await file.check()
  t.equal(facts.told.length, 1)
  writeFileSync(path, `${SETS}\n`)
  await file.check()
  t.equal(facts.told.length, 2)
})
