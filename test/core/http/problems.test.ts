import t from 'tap'
import { MethodTable, toTalosError } from '../../../core/http/problems.js'
import { TalosError } from '../../../shared/errors.js'
import { ORG, testCore } from '../../support/core.js'

t.test('everything that goes wrong is problem+json with a stable code', async (t) => {
  const core = await testCore(t)
  const program = core.program()
  const isProblem = async (answer: ReturnType<typeof program.api>, status: number, code: string) => {
    const { body, headers, ...got } = await answer
    t.equal(got.status, status)
    t.match(body, { code, status, type: `urn:talos:error:${code}`, requestId: headers['x-request-id'] })
    t.match(headers['content-type'], /^application\/problem\+json/)
    return { body, headers }
  }
  await isProblem(program.api('GET', '/nothing'), 404, 'not_found')
  await isProblem(program.api('GET', `//${'x'.repeat(5000)}`), 404, 'not_found')
  await isProblem(program.api('GET', '//api/v1/%zz'), 404, 'not_found')
  const { headers } = await isProblem(program.api('PUT', '/auth/login'), 405, 'method_not_allowed')
  t.equal(headers['allow'], 'POST')
  const both = await isProblem(program.api('DELETE', `/orgs/${ORG}/stations`), 405, 'method_not_allowed')
  t.equal(both.headers['allow'], 'GET, HEAD, POST')

  const large = JSON.stringify({ email: 'x'.repeat(70_000) })
  await isProblem(program.api('POST', '/auth/login', large), 413, 'payload_too_large')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  await isProblem(program.api('POST', '/auth/login', 'email=a', form), 415, 'unsupported_media_type')
  const plain = { 'content-type': 'text/plain' }
  await isProblem(program.api('POST', '/auth/login', '{}', plain), 415, 'unsupported_media_type')
  await isProblem(program.api('POST', '/auth/login', '{"email":'), 400, 'invalid_request')
  await isProblem(program.api('GET', '/auth/me'), 401, 'not_signed_in')
})

t.test('R1: an unknown organisation and a foreign one are the same 404', async (t) => {
  const core = await testCore(t)
  await core.prisma.org.create({ data: { id: 'other-org-id', slug: 'foreign', name: 'Foreign' } })
  const unknown = await core.owner.api('GET', '/orgs/nowhere/stations')
  const foreign = await core.owner.api('GET', '/orgs/foreign/stations')
  t.equal(unknown.status, 404)
  t.equal(foreign.status, 404)
  t.equal(foreign.body.detail.replace('foreign', 'nowhere'), unknown.body.detail)
  t.equal((await core.director().api('GET', '/orgs/foreign/stations')).status, 200, 'the director sees all')
  t.same(
    (await core.director().api('GET', '/orgs')).body.items.map((org: { slug: string }) => org.slug),
    ['foreign', ORG],
  )
  t.same(
    (await core.owner.api('GET', '/orgs')).body.items.map((org: { slug: string }) => org.slug),
    [ORG],
  )
})

t.test('A19: a database that fails is a 500 with the request id and nothing inside', async (t) => {
  const core = await testCore(t)
  await core.prisma.$executeRaw`ALTER TABLE "Session" RENAME TO "Gone"`
  const { status, body, headers } = await core.owner.api('GET', '/auth/me')
  t.equal(status, 500)
  t.equal(body.code, 'internal')
  t.equal(body.requestId, headers['x-request-id'])
  t.notMatch(JSON.stringify(body), /Session|prisma|SELECT|relation|column/i)
  t.ok(core.logged.some((line) => line['level'] === 50 && line['reqId'] === body.requestId))
  t.equal((await core.program().api('GET', '/readyz')).status, 200, 'the server itself answers')
})

t.test('readyz tells what does not answer', async (t) => {
  const core = await testCore(t)
  t.same((await core.program().api('GET', '/readyz')).body, { ready: true, database: true, broker: true })
  t.same((await core.program().api('GET', '/healthz')).body, { ok: true })
  const { keys } = (await core.program().api('GET', '/keys')).body
  t.match(keys, [{ kty: 'OKP', crv: 'Ed25519' }])
  t.notOk('d' in keys[0], 'never the private half')
})

t.test('an error of ours passes; an unknown one is internal', (t) => {
  const own = new TalosError('conflict', 'x')
  t.equal(toTalosError(own), own)
  t.equal(toTalosError(new Error('secret')).code, 'internal')
  t.notMatch(toTalosError(new Error('secret')).detail, /secret/)
  t.equal(toTalosError({ code: 'FST_ERR_CTP_BODY_TOO_LARGE' }).code, 'payload_too_large')
  t.end()
})

t.test('the method table reads parameters as one step of the path', (t) => {
  const table = new MethodTable()
  table.add('/a/:id', 'GET')
  table.add('/a/:id', ['POST', 'HEAD'])
  table.add('/assets/*', 'GET')
  table.add('/a.b', 'GET')
  t.same(table.methodsOf('/a/1'), ['GET', 'HEAD', 'POST'])
  t.same(table.methodsOf('/a/1/2'), [])
  t.same(table.methodsOf('/a/'), [])
  t.same(table.methodsOf('/assets/x'), [])
  t.same(table.methodsOf('/axb'), [])
  t.end()
})
