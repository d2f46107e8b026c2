import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CoreClient } from '../../director/core-client.js'
import { ElementSources } from '../../director/element-sources.js'
import { HOUR, iso } from '../../shared/time.js'
import { temporaryDirectory } from '../support/directory.js'
import { elements, NOW } from './fixtures.js'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const clock = { now: () => NOW, monotonic: () => NOW }
const SETS = JSON.stringify(elements())

interface World {
  checkedAt: string | null
  celestrak: (req: IncomingMessage, res: ServerResponse) => void
  readonly imported: string[]
  readonly checked: { etag: string | null; result: string }[]
  asked: number
}

/** CelesTrak and core on one real socket: the last inch. */
async function world(t: Test, file: string | null = null) {
  const facts: World = {
    checkedAt: null,
    celestrak: (_req, res) => res.setHeader('etag', '"one"').end(SETS),
    imported: [],
    checked: [],
    asked: 0,
  }
  const server = createServer(async (req, res) => {
    if (req.url?.startsWith('/NORAD/') === true) {
      facts.asked++
      facts.celestrak(req, res)
      return
    }
    let body = ''
    for await (const chunk of req) body += String(chunk)
    const answer = (value: unknown) =>
      res.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (req.url === '/api/v1/elements/sources')
      answer({
        items: [
          {
            id: 'source-1',
            kind: 'celestrak',
            group: 'amateur',
            enabled: true,
            etag: '"old"',
            checkedAt: facts.checkedAt,
            lastResult: null,
          },
        ],
      })
    else if (req.url === '/api/v1/elements/import') {
      facts.imported.push(JSON.parse(body).text)
      answer({ imported: 6, unchanged: 0, refused: [] })
    } else {
      facts.checked.push(JSON.parse(body))
      answer({ ok: true })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const core = new CoreClient(url, () => 'gsk_test')
  const sources = new ElementSources(core, { celestrakUrl: url, everyMs: 2 * HOUR, file }, clock, quiet)
  return { facts, sources }
}

t.test(
  'a group that is due is fetched with its entity tag, given to core, and the look is reported',
  async (t) => {
    const { facts, sources } = await world(t)
    let tag: unknown
    facts.celestrak = (req, res) => {
      tag = req.headers['if-none-match']
      res.setHeader('etag', '"new"').end(SETS)
    }
    await sources.check()
    t.equal(tag, '"old"')
    t.same(
      facts.imported.map((text) => JSON.parse(text)),
      [JSON.parse(SETS)],
    )
    t.match(facts.checked, [{ etag: '"new"', result: /6 new, 0 refused/ }])
  },
)

t.test('an entity tag that core would not keep is none, and the look is reported', async (t) => {
  const { facts, sources } = await world(t)
  facts.celestrak = (_req, res) => res.setHeader('etag', `"${'x'.repeat(300)}"`).end(SETS)
  await sources.check()
  t.match(facts.checked, [{ etag: null, result: /6 new/ }])
})

t.test('CelesTrak is asked at most every two hours', async (t) => {
  const { facts, sources } = await world(t)
  facts.checkedAt = iso(NOW - 2 * HOUR + 1000)
  await sources.check()
  t.equal(facts.asked, 0)
  facts.checkedAt = iso(NOW - 2 * HOUR)
  await sources.check()
  t.equal(facts.asked, 1)
})

t.test('what is not changed, refused, or no list of elements is reported and imports nothing', async (t) => {
  const { facts, sources } = await world(t)
  for (const [status, body, said] of [
    [304, '', /not changed/],
    [403, 'blocked', /answered 403/],
    [200, '<html>', /not JSON/],
    [200, '{"a":1}', /no list/],
  ] as const) {
    facts.celestrak = (_req, res) => res.writeHead(status).end(body)
    await sources.check()
    t.match(facts.checked.at(-1), { etag: '"old"', result: said })
  }
  t.same(facts.imported, [])
})

t.test('a file is imported once, and again when it changes', async (t) => {
  const file = join(temporaryDirectory(t), 'sets.json')
  writeFileSync(file, SETS)
  const { facts, sources } = await world(t, file)
  facts.checkedAt = iso(NOW)
  await sources.check()
  await sources.check()
  t.equal(facts.imported.length, 1)
  writeFileSync(file, `${SETS}\n`)
  await sources.check()
  t.equal(facts.imported.length, 2)
})
