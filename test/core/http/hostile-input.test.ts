import t from 'tap'
import { problemSchema } from '../../../shared/api/common.js'
import { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const BODIES: readonly unknown[] = [
  undefined,
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '1e999',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  {},
  { unknown: 1 },
  { token: 'a\u0000b', email: 'a\u0000@example.org', name: '\u0000' },
  '{"name":"\\ud800","clientName":"\\ud800"}',
  { token: {}, email: [], name: 5, org: null, userCode: true, permissions: 'all', expiresInDays: -1 },
  { email: `${'a'.repeat(300)}@example.org`, name: 'x'.repeat(100), token: 'x'.repeat(1000) },
  { name: 'x', permissions: ['root'], expiresInDays: 1e9 },
  { grant_type: 'password', device_code: "' OR 1=1 --" },
]

const SEGMENTS = [
  '..%2f..%2f',
  '%00',
  '%',
  '%E0%A4',
  'x'.repeat(300),
  '__proto__',
  "1' OR '1'='1",
  'null',
  '0',
]
const QUERIES = [
  'limit=0',
  'limit=-1',
  'limit=NaN',
  'limit=1e9',
  'limit=1&limit=2',
  'cursor=AAAA',
  'cursor=%00',
  'cursor=WyJhIl0',
  'cursor=WyI5OTk5OTk5OTk5OTk5OTk5OTkiXQ',
  'search=%00',
  'search=%25%27%22',
  'search[a]=b',
  'unknown=1',
  'from=yesterday',
  'sort=password',
  '%',
]

t.test(
  'hostile input is a 4xx problem on every route, never a 500 (A1, A41)',
  { timeout: 120_000 },
  async (t) => {
    const core = await testCore(t)
    const { body: api } = await core.program().api('GET', '//api/openapi.json')
    const directorKey = core.director().options.bearer ?? ''
    let asked = 0
    /** Another address for each, so that what is tried here is the input and not the rate limits. */
    const client = (): ApiClient => {
      asked += 1
      const address = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`
      const person = new ApiClient({ app: core.app, origin: core.url, address })
      for (const [name, value] of core.owner.cookies) person.cookies.set(name, value)
      return person
    }
    const director = (): ApiClient =>
      new ApiClient({ app: core.app, bearer: directorKey, address: '10.255.0.1' })
    const faults: string[] = []
    const check = async (who: ApiClient, method: Method, url: string, body?: unknown) => {
      const answer = await who.api(method, `/${url}`, body)
      if (answer.status < 400) return
      const problem = problemSchema.safeParse(answer.body)
      const type = String(answer.headers['content-type'])
      if (answer.status >= 500 || !problem.success || !type.startsWith('application/problem+json'))
        faults.push(
          `${method} ${url} ${JSON.stringify(body)} -> ${answer.status} ${JSON.stringify(answer.body)}`,
        )
      else if (answer.status === 400 && answer.body.code === 'invalid_request' && !answer.body.detail)
        faults.push(`${method} ${url} says nothing`)
    }

    for (const [path, methods] of Object.entries(api.paths as Record<string, Record<string, unknown>>)) {
      const names = [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] ?? '')
      const fill = (hostile: string | null, at: string) =>
        path.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) =>
          name === at && hostile !== null ? hostile : name === 'org' ? ORG : '00000000-0000',
        )
      for (const key of Object.keys(methods)) {
        const method = key.toUpperCase() as Method
        // What ends the session of the owner is tried by the others.
        const who = path.endsWith('/logout') ? director : client
        const tries: Promise<void>[] = []
        for (const name of names)
          for (const segment of SEGMENTS) tries.push(check(who(), method, fill(segment, name)))
        if (method === 'GET')
          for (const query of QUERIES) tries.push(check(who(), method, `${fill(null, '')}?${query}`))
        else
          for (const body of BODIES)
            for (const one of [who(), director()]) tries.push(check(one, method, fill(null, ''), body))
        await Promise.all(tries)
      }
    }
    t.same(faults, [])
    t.equal((await core.owner.api('GET', '/auth/me')).status, 200)
    t.comment(`${asked} requests`)
  },
)

t.test('A1: each field that is wrong is named by a JSON pointer', async (t) => {
  const core = await testCore(t)
  const pointers = async (method: Method, path: string, body?: unknown) => {
    const client = core.browser()
    for (const [name, value] of core.owner.cookies) client.cookies.set(name, value)
    const answer = await client.api(method, path, body)
    t.equal(answer.status, 400, path)
    return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()
  }
  t.same(await pointers('POST', '/auth/login', {}), ['/email'])
  t.same(await pointers('POST', '/auth/login', { email: 'no mail' }), ['/email'])
  t.same(await pointers('POST', '/auth/login', { email: 'a@example.org', 'x/y~z': 1 }), ['/x~1y~0z'])
  t.same(await pointers('POST', '/auth/login', 'null'), [''])
  t.same(await pointers('POST', '/auth/confirm', { token: 'short', email: 1 }), ['/email', '/token'])
  t.same(await pointers('POST', '/auth/link', {}), ['/token'])
  t.same(await pointers('POST', '/auth/logout', { all: true }), ['/all'])
  t.same(await pointers('POST', '/auth/mqtt-ticket', { org: '-' }), ['/org'])
  t.same(await pointers('POST', '/auth/api-tokens', { name: ' ', permissions: ['root'] }), [
    '/name',
    '/permissions/0',
  ])
  t.same(await pointers('DELETE', '/auth/sessions/x'), ['/id'])
  t.same(await pointers('DELETE', '/auth/api-tokens/X'), ['/id'])
  t.same(await pointers('POST', '/auth/device/code', { clientName: 'a\u0000b' }), ['/clientName'])
  t.same(await pointers('POST', '/auth/device/token', { grant_type: 'x', device_code: 'y' }), [
    '/device_code',
    '/grant_type',
  ])
  for (const act of ['lookup', 'approve', 'deny'])
    t.same(await pointers('POST', `/auth/device/${act}`, { userCode: 'AEIOU' }), ['/userCode'])
  t.same(await pointers('GET', `/orgs/${ORG}/audit?limit=0&cursor=x&action=none`), ['/action', '/limit'])
  t.same(await pointers('GET', `/orgs/${ORG}/audit?cursor=x`), ['/cursor'])
})
