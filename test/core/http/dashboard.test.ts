import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { isPageAddress } from '../../../core/http/dashboard.js'
import { bareCore } from '../../support/core.js'
import { temporaryDirectory } from '../../support/directory.js'

t.test('the dashboard is served with its fallback, under the strict policy (A30, A43)', async (t) => {
  const dashboardDir = temporaryDirectory(t)
  mkdirSync(path.join(dashboardDir, 'assets'))
  writeFileSync(path.join(dashboardDir, 'index.html'), '<!doctype html><title>Talos</title>')
  writeFileSync(path.join(dashboardDir, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(path.join(dashboardDir, 'assets/app-12345678.js'), 'export {}')
  writeFileSync(path.join(path.dirname(dashboardDir), 'outside.txt'), 'secret')
  const core = await bareCore(t, { dashboardDir })
  const get = (url: string) => core.browser().api('GET', `/${url}`)

  for (const url of ['/', '/sign-in', '/stations/00000000-0000', '/contacts?open=true', '/index.html']) {
    const page = await get(url)
    t.equal(page.status, 200, url)
    t.match(page.headers['content-type'], /^text\/html/)
    t.equal(page.headers['cache-control'], 'no-store')
    t.match(page.body, /Talos/)
  }
  const { headers } = await get('/sign-in')
  t.match(headers, {
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
  })
  const policy = String(headers['content-security-policy'])
  for (const directive of [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
  ])
    t.ok(policy.split(';').includes(directive), directive)
  t.notMatch(policy, /unsafe|https:|\*/)
  t.notOk(headers['strict-transport-security'], 'not over plain http')

  const script = await get('/assets/app-12345678.js')
  t.equal(script.status, 200)
  t.match(script.headers['content-type'], /javascript/)
  t.match(script.headers['cache-control'], /immutable/)
  t.match((await get('/mark.svg')).headers['content-type'], /svg/)
  t.equal((await get('/assets/missing.js')).status, 404)
  for (const url of [
    '/assets/../../outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/..%2foutside.txt',
    '/%00',
  ])
    t.notMatch((await get(url)).body, 'secret', url)
  t.equal((await get('/api/nothing')).status, 404, 'the API has no pages')
  for (const url of ['/healthz', '/readyz', '/metrics'])
    t.equal((await get(url)).status, 404, `a monitor at ${url} must not take a page for health`)
  t.equal((await core.browser().api('POST', '//sign-in')).status, 404)
})

t.test('HTTPS is demanded from then on where the public address has it', async (t) => {
  const core = await bareCore(t, {
    env: { TALOS_TLS_PROXY: '1', TALOS_PUBLIC_URL: 'https://talos.example.org' },
  })
  const { headers } = await core.browser().api('GET', '/healthz')
  t.match(headers['strict-transport-security'], /^max-age=15552000/)
  t.match(core.ownerLink, /^https:\/\/talos\.example\.org\/sign-in#/, 'A45: links are built from it alone')
})

t.test('A29: nothing of the API is cached', async (t) => {
  const core = await bareCore(t)
  const { headers } = await core.browser().api('GET', '/keys')
  t.equal(headers['cache-control'], 'no-store')
  t.equal(headers['pragma'], 'no-cache')
})

t.test('which addresses are pages', (t) => {
  for (const url of ['/', '/apix', '/device', '/mqttx']) t.ok(isPageAddress('GET', url), url)
  for (const url of ['/api', '/api/v1', '/api?x', '/mqtt', '/assets/x.js']) t.notOk(isPageAddress('GET', url))
  t.notOk(isPageAddress('POST', '/'))
  t.end()
})
