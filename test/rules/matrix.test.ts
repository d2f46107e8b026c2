/**
 * Every route by every kind of caller, asked of a running core. `TALOS_WRITE_MATRIX=1 npm test -- rules/matrix` writes the
 * table of docs/permissions.md anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { ApiClient } from '../support/client.js'
import { ORG, testCore } from '../support/core.js'
import { type Caller, everyCaller } from './matrix-callers.js'
import { documentedRoles, expected, type Route, routesOf, table, type Verdict } from './matrix-table.js'

const DOCUMENT = resolve(import.meta.dirname, '../../../docs/permissions.md')
const [BEGIN, END] = ['<!-- matrix: begin -->', '<!-- matrix: end -->'] as const
/** What only the guard says; a handler that finds nothing under a made-up id says something else. */
const OF_THE_GUARD =
  /^This needs (the permission |a signed-in browser)|^This is for (people|stations|the director) only|^There is no organisation /
const ID = '00000000000000000000000000000000'

t.test(
  'R1, R2, R8, A42: each caller gets past the guard of exactly the routes that the documents give him',
  async (t) => {
    const core = await testCore(t)
    const text = readFileSync(DOCUMENT, 'utf8')
    const roles = documentedRoles(text)
    const { body } = await core.program().api('GET', '//api/openapi.json')
    const routes = routesOf(body.paths)
    const callers = await everyCaller(core, [...(roles.get('owner') ?? [])])
    t.ok(routes.length > 60, `${routes.length} routes`)
    t.ok(callers.length > 25, `${callers.length} callers`)

    let asked = 0
    /** From another address each time: rate limits are tried elsewhere. The body fits no schema, so nothing is done. */
    const ask = async ({ method, path }: Route, { client }: Caller): Promise<Verdict> => {
      asked += 1
      const address = `10.${64 + (asked >> 16)}.${(asked >> 8) & 255}.${asked & 255}`
      const knocking = new ApiClient({ ...client.options, address })
      for (const [name, value] of client.cookies) knocking.cookies.set(name, value)
      const url = `/${path.replace('{org}', ORG).replace(/\{[a-z]+\}/gi, ID)}`
      const sent = method === 'GET' ? undefined : '"no body of ours"'
      const answer = await knocking.api(method as 'GET', url, sent)
      if (answer.status === 401) return '401'
      if (answer.status >= 500) throw new Error(`${method} ${path} was answered ${answer.status}`)
      const isRefusal = answer.status === 403 || answer.status === 404
      return isRefusal && OF_THE_GUARD.test(answer.body?.detail ?? '')
        ? (`${answer.status}` as '403' | '404')
        : 'yes'
    }

    const wrong: string[] = []
    const answers = new Map<string, Verdict>()
    for (const route of routes)
      await Promise.all(
        callers.map(async (caller) => {
          const [got, wanted] = [await ask(route, caller), expected(route, caller, roles)]
          answers.set(`${route.name} ${caller.name}`, got)
          if (got !== wanted) wrong.push(`${caller.name}: ${route.name} was ${got}, should be ${wanted}`)
        }),
      )
    t.same(wrong, [])
    t.equal(answers.size, routes.length * callers.length)

    const printed = table(
      routes,
      callers,
      (route, caller) => answers.get(`${route.name} ${caller.name}`) ?? '401',
    )
    const [before, rest] = text.split(`${BEGIN}\n`)
    const [there, after] = (rest ?? '').split(`\n${END}`)
    if (process.env['TALOS_WRITE_MATRIX'] === '1')
      writeFileSync(DOCUMENT, `${before}${BEGIN}\n${printed}\n${END}${after}`)
    else t.equal(there, printed, 'docs/permissions.md prints it; TALOS_WRITE_MATRIX=1 writes it anew')
  },
)

t.test('what only the director, or only people, may do is on a list', async (t) => {
  const core = await testCore(t)
  const { body } = await core.program().api('GET', '//api/openapi.json')
  const only = (who: string) => routesOf(body.paths).flatMap((r) => (r.only === who ? [r.name] : []))
  t.same(only('service').sort(), [
    'POST /api/v1/elements/sources/{id}/claim',
    'POST /api/v1/elements/sources/{id}/looked',
    'POST /api/v1/orgs/{org}/contacts/{id}/plan',
    'POST /api/v1/orgs/{org}/contacts/{id}/withdrawal',
    'PUT /api/v1/catalogue',
    'PUT /api/v1/orgs/{org}/schedule',
    'PUT /api/v1/transmitters',
  ])
  t.same(only('people').sort(), [
    'PATCH /api/v1/orgs/{org}',
    'POST /api/v1/certificate-authorities',
    'POST /api/v1/certificate-authorities/{id}/retire',
    'POST /api/v1/keys/rotate',
    'POST /api/v1/keys/{kid}/retire',
    'POST /api/v1/orgs',
  ])
})
