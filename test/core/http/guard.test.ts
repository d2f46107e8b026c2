import cookie from '@fastify/cookie'
import Fastify from 'fastify'
import t from 'tap'
import type { Actor, UserActor } from '../../../core/http/actor.js'
import { authorize, guardRoutes, namedOrg, permissionsIn } from '../../../core/http/guard.js'
import { requireStepUp, STEP_UP_MS } from '../../../core/http/step-up.js'
import { userActor } from '../../../core/identity/members.js'
import { AUTH_METHODS, type AuthMethod } from '../../../shared/api/auth.js'
import { ROLE_PERMISSIONS, ROLES, type Role } from '../../../shared/permissions.js'
import { HOUR, systemClock } from '../../../shared/time.js'

const ORGS = {
  main: { id: 'org-main', slug: 'main', name: 'Main' },
  b: { id: 'org-b', slug: 'b', name: 'B' },
}

const person = (role: Role, restriction: readonly string[] | null = null): UserActor =>
  userActor(
    {
      ...{ id: 'user-0001', email: 'a@example.org', name: null, disabledAt: null, expiresAt: null },
      _count: { passkeys: 0 },
      memberships: [{ role, org: ORGS.main }],
    },
    { credential: 'api_token', tokenId: 'token-01', restriction },
  )

const DIRECTOR: Actor = { kind: 'service', id: 'svc_director' }
const STATION: Actor = { kind: 'station', id: 'station-1', org: 'main', keyId: '00' }
const ANYBODY: Actor = { kind: 'anonymous' }

const GATE = { acted: async () => undefined }

const codeOf = (act: () => void): string => {
  try {
    act()
    return 'passed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('R2: a permission is held by role, in the organisation of the path only', (t) => {
  for (const role of ROLES) {
    const actor = person(role)
    for (const permission of ROLE_PERMISSIONS.owner) {
      const held = ROLE_PERMISSIONS[role].includes(permission)
      const verdict = (org: typeof ORGS.main | undefined) =>
        codeOf(() => authorize({ permission }, actor, org))
      t.equal(verdict(ORGS.main), held ? 'passed' : 'forbidden', `${role} ${permission}`)
      t.equal(verdict(ORGS.b), 'forbidden', `${role} ${permission} elsewhere`)
      t.equal(verdict(undefined), held ? 'passed' : 'forbidden', `${role} ${permission} anywhere`)
    }
  }
  t.end()
})

/** Somebody in a browser, who proved himself `agoMs` ago. */
const inBrowser = (agoMs: number, passkeys = 0, withMethod: AuthMethod = 'magic_link'): UserActor =>
  userActor(
    {
      ...{ id: 'user-0001', email: 'a@example.org', name: null, disabledAt: null, expiresAt: null },
      _count: { passkeys },
      memberships: [{ role: 'owner', org: ORGS.main }],
    },
    {
      ...{ credential: 'session', sessionId: 'session-1', sessionEndsAt: HOUR, idleEndsAt: HOUR },
      proof: { at: -agoMs, with: withMethod },
    },
  )

t.test('marks that are no permissions', (t) => {
  const actors = { person: person('viewer'), browser: inBrowser(0), DIRECTOR, STATION, ANYBODY }
  const table = Object.fromEntries(
    (['public', 'self', 'session', 'service', 'station'] as const).map((permission) => [
      permission,
      Object.values(actors).map((actor) => codeOf(() => authorize({ permission }, actor, undefined))),
    ]),
  )
  t.same(table, {
    public: ['passed', 'passed', 'passed', 'passed', 'passed'],
    self: ['passed', 'passed', 'forbidden', 'forbidden', 'not_signed_in'],
    session: ['forbidden', 'passed', 'forbidden', 'forbidden', 'not_signed_in'],
    service: ['forbidden', 'forbidden', 'passed', 'forbidden', 'not_signed_in'],
    station: ['forbidden', 'forbidden', 'forbidden', 'passed', 'not_signed_in'],
  })
  t.end()
})

t.test('serviceOnly: the director, who must hold the permission too', (t) => {
  const mark = { permission: 'trigger_passes', serviceOnly: true } as const
  t.equal(
    codeOf(() => authorize(mark, DIRECTOR, ORGS.main)),
    'passed',
  )
  t.equal(
    codeOf(() => authorize(mark, person('owner'), ORGS.main)),
    'forbidden',
  )
  const metal = { permission: 'command_stations', serviceOnly: true } as const
  t.equal(
    codeOf(() => authorize(metal, DIRECTOR, ORGS.main)),
    'forbidden',
    'D1: it moves no metal by hand',
  )
  t.same([...permissionsIn(STATION, 'main')], [])
  t.end()
})

t.test('peopleOnly: no program, even one that holds the permission', (t) => {
  const mark = { permission: 'manage_global_settings', peopleOnly: true } as const
  const verdict = (actor: Actor) => codeOf(() => authorize(mark, actor, ORGS.main))
  t.equal(verdict(person('owner')), 'passed')
  t.equal(verdict(person('administrator')), 'forbidden')
  t.equal(verdict(DIRECTOR), 'forbidden')
  t.equal(
    codeOf(() => authorize({ permission: mark.permission }, DIRECTOR, ORGS.main)),
    'passed',
    'it holds it',
  )
  t.equal(verdict(ANYBODY), 'not_signed_in')
  t.end()
})

t.test('an organisation that a body names is judged as one in a path', (t) => {
  const verdict = (actor: Actor, slug: string) => codeOf(() => namedOrg(actor, slug, 'manage_users'))
  t.equal(verdict(person('owner'), 'main'), 'passed')
  t.equal(verdict(person('manager'), 'main'), 'forbidden')
  t.equal(verdict(person('owner'), 'b'), 'not_found')
  t.equal(verdict(person('owner'), 'nowhere'), 'not_found')
  t.equal(verdict(DIRECTOR, 'main'), 'not_found', 'for people')
  t.equal(namedOrg(person('owner'), 'main', 'manage_users').slug, 'main')
  t.end()
})

t.test('A20: a restricted token holds no more than its role', (t) => {
  const actor = person('viewer', ['view_stations', 'manage_users'])
  t.same([...actor.permissionsIn('main')], ['view_stations'])
  t.same([...actor.permissionsIn('b')], [])
  t.end()
})

t.test('R10: a role that does not exist is an error, not a default', (t) => {
  t.throws(() => person('superadmin' as Role), /unknown role/)
  t.end()
})

t.test('R8: a route without a mark stops the start', async (t) => {
  const app = Fastify()
  const authenticator = { ...GATE, authenticate: async () => ANYBODY, visibleOrg: async () => null }
  guardRoutes(app, authenticator, () => new Set(), systemClock)
  t.throws(() => app.get('/unmarked', async () => 'x'), /GET \/unmarked is not marked/)
  app.get('/org', { config: { permission: 'public' } }, async (request) => request.org)
  t.equal((await app.inject('/org')).statusCode, 500, 'request.org is for routes with :org')
})

t.test('R7: who may not is answered before the body is read', async (t) => {
  const app = Fastify()
  await app.register(cookie)
  const authenticator = {
    ...GATE,
    authenticate: async () => person('viewer'),
    visibleOrg: async () => ORGS.main,
  }
  guardRoutes(app, authenticator, () => new Set(['http://own']), systemClock)
  app.post('/orgs/:org/x', { config: { permission: 'manage_users' } }, async () => 'x')
  const answer = await app.inject({
    method: 'POST',
    url: '/orgs/main/x',
    headers: { 'content-type': 'application/json' },
    payload: '{ no json',
  })
  t.equal(answer.json().code, 'forbidden')
})

t.test('A12: a session must have proved itself within five minutes', (t) => {
  const verdict = (actor: Actor) => codeOf(() => requireStepUp(actor, 0))
  t.equal(verdict(inBrowser(0)), 'passed', 'a fresh sign-in counts')
  t.equal(verdict(inBrowser(STEP_UP_MS - 1)), 'passed')
  t.equal(verdict(inBrowser(STEP_UP_MS)), 'step_up_required')
  t.end()
})

t.test('A44: who has a passkey must use it', (t) => {
  const verdict = (actor: Actor) => codeOf(() => requireStepUp(actor, 0))
  for (const method of AUTH_METHODS)
    t.equal(verdict(inBrowser(0, 1, method)), method === 'passkey' ? 'passed' : 'step_up_required', method)
  t.equal(verdict(inBrowser(STEP_UP_MS, 1, 'passkey')), 'step_up_required', 'and lately')
  t.end()
})

t.test('A12: programs pass, because making their credential needed the proof', (t) => {
  for (const actor of [person('owner'), DIRECTOR, STATION])
    t.equal(
      codeOf(() => requireStepUp(actor, 0)),
      'passed',
    )
  t.end()
})

t.test('A12: a marked route asks for the proof; only what a person does counts as an act', async (t) => {
  const app = Fastify()
  const acts: string[] = []
  const actor = inBrowser(HOUR)
  const authenticator = {
    authenticate: async () => actor,
    visibleOrg: async () => ORGS.main,
    acted: async () => acts.push('act'),
  }
  guardRoutes(app, authenticator, () => new Set(['http://own']), { now: () => 0, monotonic: () => 0 })
  const handler = async () => 'done'
  app.get('/read', { config: { permission: 'self' } }, handler)
  app.post('/act', { config: { permission: 'self' } }, handler)
  app.post('/ticket', { config: { permission: 'self', unattended: true } }, handler)
  app.post('/danger', { config: { permission: 'self', stepUp: true } }, handler)
  const ask = async (method: 'GET' | 'POST', url: string) =>
    (await app.inject({ method, url, headers: { origin: 'http://own' } })).body
  t.equal(await ask('GET', '/read'), 'done')
  t.equal(await ask('POST', '/ticket'), 'done')
  t.equal(acts.length, 0)
  t.equal(await ask('POST', '/act'), 'done')
  t.equal(acts.length, 1)
  t.match(await ask('POST', '/danger'), 'step_up_required')
})
