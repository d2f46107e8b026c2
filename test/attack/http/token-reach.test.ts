/** How far a stolen API token reaches, tried on every route: its own permissions, and nothing of its owner's account (A20). */
import t from 'tap'
import { STEP_UP_MS } from '../../../core/http/step-up.js'
import { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Operation {
  readonly 'x-required-permission': string
  readonly 'x-step-up'?: boolean
}

const GRANTED = 'view_stations'

t.test(
  'a token for one permission passes no other gate, sees nothing of the account, and needs no fresh proof for what it may',
  async (t) => {
    const core = await testCore(t)
    const made = await core.owner.api('POST', '/auth/api-tokens', { name: 'x', permissions: [GRANTED] })
    t.equal(made.status, 201)
    const { body: api } = await core.program().api('GET', '//api/openapi.json')
    let asked = 0
    const ask = (bearer: string, method: Method, path: string) => {
      asked += 1
      const address = `10.2.${asked >> 8}.${asked & 255}`
      const url = `/${path.replace('{org}', ORG).replace(/\{[a-zA-Z]+\}/g, '00000000-0000')}`
      return new ApiClient({ app: core.app, bearer, address }).api(
        method,
        url,
        method === 'GET' ? undefined : '{}',
      )
    }
    const operations = Object.entries(api.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([verb, operation]) => ({
          path,
          method: verb.toUpperCase() as Method,
          mark: operation['x-required-permission'],
          stepUp: operation['x-step-up'] === true,
        })),
    )
    const before = await core.prisma.auditEvent.count({ where: { outcome: 'success' } })
    const reached: string[] = []
    for (const { path, method, mark } of operations) {
      if (mark === 'public' || path.endsWith('/logout')) continue
      const { status, body } = await ask(made.body.token, method, path)
      if (status === 403 && body.code === 'forbidden') continue
      reached.push(`${method} ${path} ${mark}`)
    }
    t.same(
      reached.filter((line) => !line.endsWith(` ${GRANTED}`)),
      ['GET /api/v1/auth/me self'],
    )
    t.ok(reached.length > 3)
    t.equal(await core.prisma.auditEvent.count({ where: { outcome: 'success' } }), before, 'it did nothing')

    const marked = operations.filter(({ stepUp }) => stepUp)
    t.ok(marked.length > 15, `${marked.length} routes ask for a fresh proof`)
    for (const { path, method, mark } of marked) t.not(mark, 'public', `${method} ${path}`)
    // A12: the session that made the token, when it is old, passes none of them; nor does its cookie beside the token.
    core.clock.aheadMs += STEP_UP_MS + 1000
    for (const { path, method } of marked) {
      const url = `/${path.replace('{org}', ORG).replace(/\{[a-zA-Z]+\}/g, '00000000-0000')}`
      t.match(
        await core.owner.api(method, url, '{}'),
        { status: 403, body: { code: 'step_up_required' } },
        path,
      )
      const both = new ApiClient({
        app: core.app,
        bearer: made.body.token,
        origin: core.url,
        address: '10.3.0.1',
      })
      for (const [name, value] of core.owner.cookies) both.cookies.set(name, value)
      t.match(
        await both.api(method, url, '{}'),
        { status: 403, body: { code: 'forbidden' } },
        `${path} with both`,
      )
    }
  },
)
