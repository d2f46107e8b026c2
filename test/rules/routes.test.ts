import t from 'tap'
import { PERMISSIONS } from '../../shared/permissions.js'
import { bareCore } from '../support/core.js'

interface Operation {
  readonly 'x-required-permission'?: string
  readonly summary?: string
  readonly tags?: readonly string[]
}

/** Who needs no permission, each with its reason; a new route does not join them by oversight (A42). */
const OPEN = {
  public: [
    'POST /api/v1/auth/code',
    'POST /api/v1/auth/confirm',
    'POST /api/v1/auth/device/code',
    'POST /api/v1/auth/device/token',
    'POST /api/v1/auth/link',
    'POST /api/v1/auth/link/code',
    'POST /api/v1/auth/login',
    'GET /api/v1/auth/methods',
    'GET /api/v1/auth/oidc/callback',
    'POST /api/v1/auth/oidc/start',
    'POST /api/v1/auth/pair/start',
    'POST /api/v1/auth/passkey',
    'POST /api/v1/auth/passkey/options',
    'GET /api/v1/auth/pair/wait',
    'POST /api/v1/auth/revoke',
    'POST /api/v1/auth/token',
    'POST /api/v1/enroll',
    'GET /api/v1/enroll/{id}',
    'GET /api/v1/healthz',
    'GET /api/v1/keys',
    'GET /api/v1/readyz',
  ],
  /** Any credential of a person, so also a restricted API token. */
  self: ['POST /api/v1/auth/logout', 'GET /api/v1/auth/me'],
  session: [
    'POST /api/v1/auth/active',
    'GET /api/v1/auth/api-tokens',
    'POST /api/v1/auth/api-tokens',
    'DELETE /api/v1/auth/api-tokens/{id}',
    'GET /api/v1/auth/command-lines',
    'DELETE /api/v1/auth/command-lines/{id}',
    'POST /api/v1/auth/device/approve',
    'POST /api/v1/auth/device/deny',
    'POST /api/v1/auth/device/lookup',
    'GET /api/v1/auth/invites',
    'POST /api/v1/auth/invites/{id}/accept',
    'POST /api/v1/auth/invites/{id}/decline',
    'POST /api/v1/auth/leave',
    'POST /api/v1/auth/mqtt-ticket',
    'POST /api/v1/auth/pair/approve',
    'POST /api/v1/auth/pair/cancel',
    'POST /api/v1/auth/pair/lookup',
    'GET /api/v1/auth/passkeys',
    'POST /api/v1/auth/passkeys',
    'DELETE /api/v1/auth/passkeys/{id}',
    'PATCH /api/v1/auth/passkeys/{id}',
    'POST /api/v1/auth/passkeys/options',
    'GET /api/v1/auth/sessions',
    'DELETE /api/v1/auth/sessions',
    'DELETE /api/v1/auth/sessions/{id}',
    'POST /api/v1/auth/step-up/code',
    'POST /api/v1/auth/step-up/mail',
    'POST /api/v1/auth/step-up/passkey',
    'POST /api/v1/auth/step-up/passkey/options',
  ],
} as const

t.test('the route table', async (t) => {
  const core = await bareCore(t)
  const { body } = await core.program().api('GET', '//api/openapi.json')
  const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path,
        mark: operation['x-required-permission'] ?? 'none',
        operation,
      })),
  )
  const marked = (mark: string) => operations.filter((o) => o.mark === mark).map(({ name }) => name)

  t.test('R8: every route is marked by a permission, self, session, public, service or station', (t) => {
    const marks = new Set([...Object.keys(PERMISSIONS), 'self', 'session', 'public', 'service', 'station'])
    t.same(
      operations.filter(({ mark }) => !marks.has(mark)).map(({ name }) => name),
      [],
    )
    t.ok(operations.length > 20)
    t.end()
  })

  t.test('A42: what needs no permission is on a list', (t) => {
    t.same(marked('public').sort(), [...OPEN.public].sort())
    t.same(marked('self').sort(), [...OPEN.self].sort())
    t.same(marked('session').sort(), [...OPEN.session].sort())
    t.end()
  })

  t.test('R1: whatever is inside an organisation needs a permission in it', (t) => {
    const inside = operations.filter(({ path }) => path.includes('/orgs/{org}'))
    t.ok(inside.length > 5)
    for (const { name, mark } of inside) t.ok(mark in PERMISSIONS, `${name} needs ${mark}`)
    t.end()
  })

  t.test('every route says what it does', (t) => {
    for (const { name, operation } of operations) t.ok(operation.summary && operation.tags?.length, name)
    t.end()
  })

  t.test('nobody gets anything of a marked route without a credential', async (t) => {
    for (const { name, path, mark } of operations) {
      if (mark === 'public') continue
      const method = name.split(' ')[0] as 'GET'
      const url = path.replace('{org}', 'main').replace(/\{[a-z]+\}/gi, '00000000')
      const answer = await core.program().api(method, `/${url}`)
      t.equal(answer.status, 401, name)
      t.equal(answer.body.code, 'not_signed_in')
    }
  })
})
