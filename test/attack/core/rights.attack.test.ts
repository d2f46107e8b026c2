/** Every kind of caller against every route of the API, as the API describes itself; and tokens that would climb. */
import t from 'tap'
import { ROLE_PERMISSIONS, ROLES } from '../../../shared/permissions.js'
import { MOUNT } from '../../core/fleet/world.js'
import { member, RIVAL } from '../../core/routes/people.js'
import { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'

/** What the director alone may do, whatever the role of a person. */
const SERVICE_ONLY = [
  'PUT /api/v1/orgs/{org}/schedule',
  'POST /api/v1/orgs/{org}/contacts/{id}/plan',
  'POST /api/v1/orgs/{org}/contacts/{id}/withdrawal',
  'POST /api/v1/elements/sources/{id}/checked',
]
/** The director has these and nothing else. */
const DIRECTOR: readonly string[] = [
  'view_stations',
  'view_passes',
  'trigger_passes',
  'manage_global_settings',
]

t.test('R1 R2 R8 A42: each caller gets past the gate of exactly those routes that are his', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const { body: api } = await core.program().api('GET', '//api/openapi.json')
  const routes = Object.entries(
    api.paths as Record<string, Record<string, { 'x-required-permission': string }>>,
  )
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase() as 'GET',
        url: `/${path.replace('{org}', ORG).replace(/\{[a-z]+\}/gi, '00000000')}`,
        inOrg: path.includes('{org}'),
        mark: operation['x-required-permission'],
      })),
    )
    // Whoever gets past this gate has no session any more.
    .filter(({ name, mark }) => mark !== 'public' && !name.endsWith('/logout'))
  t.ok(routes.length > 40, `${routes.length} routes`)

  let asked = 0
  /** Another address for each question: the gate is tried here, not the rate limits. The body fits nothing. */
  const gate = async (who: ApiClient, { method, url }: { method: 'GET'; url: string }) => {
    asked += 1
    const address = `10.${20 + (asked >> 16)}.${(asked >> 8) & 255}.${asked & 255}`
    const client = new ApiClient({ ...who.options, address })
    for (const [name, value] of who.cookies) client.cookies.set(name, value)
    const { status, body } = await client.api(method, url, method === 'GET' ? undefined : '"no body of ours"')
    return { status, code: body?.code as string | undefined }
  }
  const isBarred = ({ status, code }: { status: number; code?: string | undefined }) =>
    status === 401 || status === 403 || code === 'forbidden'

  const people = new Map<string, { who: ApiClient; may: readonly string[] }>()
  for (const role of ROLES.filter((r) => r !== 'owner'))
    people.set(role, { who: await member(core, role), may: ROLE_PERMISSIONS[role] })
  people.set('owner', { who: owner, may: ROLE_PERMISSIONS.owner })
  const tokens = new Map<string, ApiClient>()
  for (const permission of ROLE_PERMISSIONS.owner) {
    const { body } = await owner.api('POST', '/auth/api-tokens', { name: 'one', permissions: [permission] })
    tokens.set(permission, core.program(body.token))
    people.set(`token for ${permission}`, { who: core.program(body.token), may: [permission] })
  }
  const wrong: string[] = []
  for (const [name, { who, may }] of people)
    await Promise.all(
      routes.map(async (route) => {
        // The holder of a token is a person too; what hands out credentials asks for the browser behind the gate.
        if (route.mark === 'self' && name.startsWith('token')) return
        const wanted =
          route.mark === 'self' || (may.includes(route.mark) && !SERVICE_ONLY.includes(route.name))
        const answer = await gate(who, route)
        if (isBarred(answer) === wanted) wrong.push(`${name}: ${route.name} -> ${answer.status}`)
      }),
    )
  t.same(wrong, [])

  await t.test('the director', async (t) => {
    for (const route of routes) {
      const wanted = DIRECTOR.includes(route.mark) || route.mark === 'service'
      t.equal(isBarred(await gate(core.director(), route)), !wanted, route.name)
    }
  })

  await t.test('the owner of another organisation: nothing here exists', async (t) => {
    const rival = await member(core, 'owner', RIVAL)
    for (const route of routes.filter(({ inOrg }) => inOrg))
      t.match(await gate(rival, route), { status: 404, code: 'not_found' }, route.name)
  })

  await t.test('a station, with the key that is its own', async (t) => {
    const made = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Svalbard' })
    const token = made.body.enrollUrl.split('#')[1]
    const joined = await core.program().api('POST', '/enroll', {
      ...{ token, nonce: 'nonce-0001', mount: MOUNT },
      agent: { version: '1', hostname: 'pi', platform: 'linux' },
    })
    const station = core.program(joined.body.grant.key)
    for (const route of routes)
      t.ok(isBarred(await gate(station, route)) || (await gate(station, route)).status === 404, route.name)
    t.equal((await gate(core.program(token), routes[0] ?? { method: 'GET', url: '' })).status, 401)
  })

  await t.test('a Bearer goes before a cookie, and a wrong one is not made good by it', async (t) => {
    const both = new ApiClient({ ...owner.options, bearer: `gsa_0123456789abcdef_${'A'.repeat(43)}` })
    for (const [name, value] of owner.cookies) both.cookies.set(name, value)
    t.equal((await both.api('GET', '/auth/me')).status, 401)
    for (const scheme of ['Basic eDp5', 'Bearer', 'Bearer  ', 'bearer a b', `Digest ${'x'.repeat(100)}`])
      t.equal((await owner.api('GET', '/auth/me', undefined, { authorization: scheme })).status, 401, scheme)
  })

  await t.test('R11: a token that may issue enrollment tokens lets nobody in by that', async (t) => {
    const issuer = tokens.get('manage_enrollment_tokens')
    const path = `/orgs/${ORG}/enrollment-tokens`
    t.match(await issuer?.api('POST', path, { name: 'x' }), { status: 403, body: { code: 'forbidden' } })
    t.match(await issuer?.api('POST', path, { name: 'x', preApproved: false }), { status: 201 })
  })

  await t.test('A20: a token makes no token, approves no device, ends no session', async (t) => {
    const made = await owner.api('POST', '/auth/api-tokens', { name: 'all' })
    const program = core.program(made.body.token)
    const { body: code } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
    const tries = [
      ['POST', '/auth/api-tokens', { name: 'more', expiresInDays: 365 }],
      ['DELETE', `/auth/api-tokens/${made.body.item.id}`],
      ['POST', '/auth/device/approve', { userCode: code.user_code }],
      ['POST', '/auth/device/lookup', { userCode: code.user_code }],
      ['POST', '/auth/mqtt-ticket', { org: ORG }],
      ['DELETE', '/auth/sessions/00000000'],
    ] as const
    for (const [method, path, body] of tries)
      t.match(await program.api(method, path, body), { status: 403, body: { code: 'forbidden' } }, path)
  })
})

t.test('A2: strangers who make addresses up do not spend the mails of those who work here', async (t) => {
  const core = await testCore(t)
  for (let n = 0; n < 220; n++)
    await core.browser().api('POST', '/auth/login', { email: `stranger${n}@example.net` })
  t.equal((await core.signIn('owner@example.org')).cookies.size > 0, true)
})
