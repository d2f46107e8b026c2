import t from 'tap'
import { allowedOrigins, checkOrigin } from '../../../core/http/origin.js'
import { OWNER, testCore } from '../../support/core.js'

const ALLOWED = new Set(['https://talos.example.org'])

t.test('a method that changes something must come from our own pages', (t) => {
  const refused = (method: string, origin: string | undefined, byCookie: boolean): boolean => {
    try {
      checkOrigin({ method, origin, byCookie }, ALLOWED)
      return false
    } catch {
      return true
    }
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    t.notOk(refused(method, 'https://talos.example.org', true))
    t.ok(refused(method, 'https://evil.example', true))
    t.ok(refused(method, 'https://evil.example', false), 'signing a victim in as somebody else too')
    t.ok(refused(method, 'null', true))
    t.ok(refused(method, undefined, true))
    t.notOk(refused(method, undefined, false), 'programs have no Origin')
  }
  for (const method of ['GET', 'HEAD', 'OPTIONS']) t.notOk(refused(method, 'https://evil.example', true))
  t.end()
})

t.test('this machine has three names, in development', (t) => {
  t.same(
    [...allowedOrigins('https://talos.example.org', 'http://127.0.0.1:8080')],
    ['https://talos.example.org', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'],
  )
  t.same([...allowedOrigins('https://talos.example.org', null)], ['https://talos.example.org'])
  t.end()
})

t.test('another site cannot act with the cookie of a person', async (t) => {
  const core = await testCore(t)
  const forge = (headers: Record<string, string>) =>
    core.owner.api('POST', '/auth/api-tokens', { name: 'forged' }, headers)
  const foreign = await forge({ origin: 'https://evil.example' })
  t.equal(foreign.status, 403)
  t.equal(foreign.body.code, 'origin_refused')
  t.equal((await forge({ origin: 'null' })).status, 403)
  t.equal(await core.prisma.apiToken.count(), 0)
  t.equal((await forge({})).status, 201)

  const login = await core
    .browser()
    .api('POST', '/auth/login', { email: OWNER }, { origin: 'https://evil.example' })
  t.equal(login.status, 403)
  const preflight = await core.owner.api('OPTIONS', '/auth/login', undefined, {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
  })
  t.notOk(preflight.headers['access-control-allow-origin'])
})
