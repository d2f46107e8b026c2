import t from 'tap'
import { RATE_LIMITS } from '../../../core/http/rate-limits.js'
import { ApiClient } from '../../support/client.js'
import { bareCore } from '../../support/core.js'

t.test('A2: five sign-in requests a minute from one address, then 429 with Retry-After', async (t) => {
  const core = await bareCore(t)
  const client = core.browser()
  const login = (who = client) => who.api('POST', '/auth/login', { email: 'a@example.org' })
  for (let n = 0; n < RATE_LIMITS.login.max; n++) t.equal((await login()).status, 202)
  const refused = await login()
  t.equal(refused.status, 429)
  t.equal(refused.body.code, 'rate_limited')
  const wait = Number(refused.headers['retry-after'])
  t.ok(wait > 0 && wait <= 60)
  t.equal((await login(core.browser())).status, 202, 'another address is not held up')
  t.equal((await client.api('GET', '/healthz')).status, 200, 'nor another route')
})

t.test('one IPv6 /64 is one address; a forged X-Forwarded-For is none', async (t) => {
  const core = await bareCore(t)
  const from = (address: string, headers: Record<string, string> = {}) =>
    new ApiClient({ app: core.app, address }).api('POST', '/auth/login', { email: 'a@example.org' }, headers)
  for (let n = 0; n < RATE_LIMITS.login.max; n++) await from(`2001:db8:1:2::${n + 1}`)
  t.equal((await from('2001:db8:1:2:ffff::1')).status, 429)
  t.equal((await from('2001:db8:1:3::1')).status, 202)
  for (let n = 0; n < RATE_LIMITS.login.max; n++)
    await from('10.9.9.9', { 'x-forwarded-for': `203.0.113.${n}` })
  t.equal((await from('10.9.9.9', { 'x-forwarded-for': '203.0.113.77' })).status, 429)
})

t.test('behind a declared proxy the address is what the proxy says, not what the client says', async (t) => {
  const core = await bareCore(t, {
    env: { TALOS_TLS_PROXY: '1', TALOS_PUBLIC_URL: 'https://talos.example.org' },
  })
  const from = (forwarded: string) =>
    new ApiClient({ app: core.app, address: '127.0.0.1' }).api(
      'POST',
      '/auth/login',
      { email: 'a@example.org' },
      { 'x-forwarded-for': forwarded },
    )
  for (let n = 0; n < RATE_LIMITS.login.max; n++) await from(`198.51.100.${n}, 203.0.113.5`)
  t.equal((await from('198.51.100.99, 203.0.113.5')).status, 429)
  t.equal((await from('203.0.113.6')).status, 202)
})
