/** A1, A41: every place of every body of the OpenAPI document, given what does not belong there. */
import t from 'tap'
import { problemSchema } from '../../../shared/api/common.js'
import { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { places, type Schema, sample, withAt } from './schema-samples.js'

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`

/** As JSON: some cannot be written otherwise. */
const HOSTILE: readonly string[] = [
  'null',
  'true',
  '-1',
  '1e400',
  '9007199254740993',
  '0.1',
  '[]',
  '{}',
  '""',
  `"${'x'.repeat(20_000)}"`,
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e\\u0007\\u001b[2J"',
  '"../../etc/passwd"',
  '"-0001-01-01T00:00:00.000Z"',
  '"+275760-09-13T00:00:00.000Z"',
  '{"__proto__":{"admin":true}}',
  '{"toString":"x","length":1e9}',
  '{"$ne":null}',
  nested(31, '[', ']'),
  nested(33, '[', ']'),
  nested(10_000, '[', ']'),
  nested(9000, '{"a":', '}'),
  `[${'1,'.repeat(15_000)}1]`,
  `{${Array.from({ length: 3000 }, (_, i) => `"k${i}":1`).join()}}`,
]

t.test(
  'no body of any route breaks anything: never a 500, never a long answer',
  { timeout: 180_000 },
  async (t) => {
    const core = await testCore(t)
    const { body: api } = await core.program().api('GET', '//api/openapi.json')
    const directorKey = core.director().options.bearer ?? ''
    let asked = 0
    const statuses = new Map<number, number>()
    const faults: string[] = []
    const send = async (method: Method, url: string, json: string, asDirector: boolean) => {
      asked += 1
      const address = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`
      const options = asDirector ? { bearer: directorKey } : { origin: core.url }
      const client = new ApiClient({ app: core.app, address, ...options })
      if (!asDirector) for (const [name, value] of core.owner.cookies) client.cookies.set(name, value)
      const answer = await client.api(method, url, json)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status < 400) return
      const isProblem = problemSchema.safeParse(answer.body).success
      const size = JSON.stringify(answer.body).length
      if (answer.status < 500 && isProblem && size < 8000) return
      faults.push(`${method} ${url} ${json.slice(0, 200)} -> ${answer.status} ${size} ${answer.body.code}`)
    }

    const operations = Object.entries(
      api.paths as Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>
      >,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([verb, { requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema
        return { path, method: verb.toUpperCase() as Method, schema, verb }
      }),
    )
    let bodies = 0
    for (const { path, method, schema } of operations) {
      // It would end the session with which all others are tried; its body is empty anyway.
      if (schema === undefined || path.endsWith('/logout')) continue
      bodies += 1
      const url = `/${path.replace('{org}', ORG).replace(/\{[a-zA-Z]+\}/g, '00000000-0000')}`
      const good = sample(schema)
      const all = places(good)
      // Large schemas have hundreds of places: all kinds at the first ones, one kind at each of the rest.
      const tries = all.flatMap((place, i) =>
        (i < 8 ? HOSTILE : [HOSTILE[i % HOSTILE.length] ?? 'null']).map((json) => withAt(good, place, json)),
      )
      const asDirector = /plan|schedule|contact|element/.test(path)
      for (let n = 0; n < tries.length; n += 25)
        await Promise.all(tries.slice(n, n + 25).map((json) => send(method, url, json, asDirector)))
    }
    t.same(faults, [])
    t.ok(bodies > 30, `${bodies} routes with a body`)
    t.ok(asked > 1500, `${asked} requests`)
    t.comment(JSON.stringify(Object.fromEntries(statuses)))
    t.ok((statuses.get(400) ?? 0) > asked * 0.8, 'nearly all of them got as far as the schema')
    t.equal(({} as { admin?: boolean }).admin, undefined)
    t.equal((await core.owner.api('GET', '/auth/me')).status, 200)
    t.same(
      core.logged.filter((line) => Number(line['level']) >= 50),
      [],
    )
  },
)
