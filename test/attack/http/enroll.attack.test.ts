/** Enrollment tokens against those who hold one, may issue one, or are of another organisation. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { MOUNT } from '../../core/fleet/world.js'
import type { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { signedIn } from '../../support/people.js'

const TOKENS = `/orgs/${ORG}/enrollment-tokens`
const LIMIT = 40
const core = await testCore(t, { env: { TALOS_ENROLLMENT_HOURLY_LIMIT: String(LIMIT) } })
const { owner, prisma } = core

const issue = async (body: object, who: ApiClient = owner) => {
  const { status, body: made } = await who.api('POST', TOKENS, { name: 'Svalbard', ...body })
  t.equal(status, 201)
  return { id: made.item.id as string, secret: new URL(made.enrollUrl).hash.slice(1), made }
}
const redeem = (token: string) =>
  core.browser().api('POST', '/enroll', {
    ...{ token, nonce: randomUUID(), mount: MOUNT },
    agent: { version: '1', hostname: 'pi', platform: 'linux' },
  })
const roster = (body: object, who: ApiClient = owner) => who.api('POST', `${TOKENS}/bulk`, body)
const station = async (name: string) =>
  (await owner.api('POST', `/orgs/${ORG}/stations`, { name })).body.id as string

t.test('E4: nothing that can be read holds the secret of a token again, nor its hash', async (t) => {
  const stationId = await station('Read')
  const { id, secret } = await issue({ stationId, recipient: 'Bo' })
  const { body: made } = await roster({ csv: 'name\nRead by roster\n' })
  await redeem(secret)
  const halves = [secret, made.items[0].enrollUrl.split('#')[1]].map((text: string) => text.slice(21))
  const rows = await prisma.enrollmentToken.findMany({ select: { secretHash: true } })
  for (const path of [
    ...[TOKENS, `${TOKENS}/${id}`, `${TOKENS}?batchId=${made.batchId}`, `/orgs/${ORG}/stations/${stationId}`],
    ...[
      `/orgs/${ORG}/stations?include=keys,certificates`,
      `/orgs/${ORG}/audit?limit=200`,
      '/audit?limit=200',
    ],
  ]) {
    const { status, body } = await owner.api('GET', path)
    t.equal(status, 200, path)
    const text = JSON.stringify(body)
    for (const half of halves) t.notOk(text.includes(half), path)
    for (const { secretHash } of rows) t.notOk(text.includes(secretHash), path)
  }
  const trail = await prisma.auditEvent.findMany({ select: { detail: true } })
  for (const half of halves) t.notOk(JSON.stringify(trail).includes(half))
})

t.test('E5: what is used, revoked or expired opens nothing, and each is one answer', async (t) => {
  const used = await issue({})
  t.equal((await redeem(used.secret)).status, 200)
  const revoked = await issue({})
  t.equal((await owner.api('DELETE', `${TOKENS}/${revoked.id}`)).status, 200)
  const expired = await issue({ ttlMinutes: 1 })
  core.clock.aheadMs += 61_000
  const before = await prisma.station.count()
  const answers = []
  for (const { secret } of [used, revoked, expired]) {
    const { status, body } = await redeem(secret)
    answers.push(JSON.stringify([status, body.code, body.detail]))
  }
  t.equal(new Set(answers).size, 1)
  t.match(answers[0], /403.*enrollment_token_invalid/)
  t.equal(await prisma.station.count(), before)
})

t.test('R1: another organisation has neither our stations nor our tokens', async (t) => {
  const { client: other } = await signedIn(core, 'rival', { rival: 'owner' })
  const stationId = await station('Ours')
  const { id, made } = await issue({ stationId })
  const theirs = '/orgs/rival/enrollment-tokens'
  t.equal((await other.api('POST', theirs, { name: 'x', stationId, confirm: true })).status, 404)
  t.equal((await other.api('GET', `${theirs}/${id}`)).status, 404)
  t.equal((await other.api('DELETE', `${theirs}/${id}`)).status, 404)
  t.same((await other.api('GET', `${theirs}?stationId=${stationId}`)).body.items, [])
  t.same((await other.api('GET', `${theirs}?search=Svalbard`)).body.items, [])
  t.same((await other.api('GET', `${theirs}?sort=name&cursor=${cursorTo(id)}`)).body.items, [])
  t.equal((await other.api('GET', TOKENS)).status, 404)
  const look = await other.api('POST', `${theirs}/bulk`, { csv: 'name\nOurs\n', dryRun: true })
  t.match(look, { status: 200, body: { errors: [] } }, 'that a name is taken here shows nowhere else')
  t.equal((await owner.api('GET', `${TOKENS}/${made.item.id}`)).body.state, 'active')
})

const cursorTo = (id: string) => Buffer.from(JSON.stringify([id])).toString('base64url')

t.test('E2, E3: neither several stations nor a longer life than the server gives', async (t) => {
  for (const body of [
    ...[
      { maxUses: 2 },
      { maxUses: 2, preApproved: false },
      { maxUses: 501 },
      { maxUses: 0 },
      { maxUses: '1' },
    ],
    ...[{ ttlMinutes: 10_081 }, { ttlMinutes: 0 }, { ttlMinutes: 1.5 }, { capabilities: [] }],
    ...[{ capabilities: ['rig', 'rig'] }, { capabilities: ['sdr'] }, { confirm: false }, { uses: 0 }],
    ...[{ batchId: randomUUID() }, { recipient: 'a\u202eb' }, { stationId: '../../etc/passwd' }],
  ])
    t.equal((await owner.api('POST', TOKENS, { name: 'x', ...body })).status, 400, JSON.stringify(body))
})

t.test('E10: a roster is no bomb', async (t) => {
  const before = [await prisma.station.count(), await prisma.enrollmentToken.count()]
  const bombs: [object, number][] = [
    [{ csv: `name\n${'x'.repeat(10_000_000)}` }, 413],
    [{ csv: `name\n${'x\n'.repeat(60_000)}` }, 400],
    [{ csv: `name\n"${'a""'.repeat(40_000)}` }, 400],
    [{ csv: `name\n${'"'.repeat(120_000)}` }, 400],
    [{ csv: `${'name,'.repeat(30_000)}\nx` }, 400],
    [{ csv: `name\n${','.repeat(190_000)}` }, 400],
    [{ csv: 'name\nA\u0000B\n' }, 400],
    [{ csv: "name\n=cmd|'/C calc'!A0\n" }, 400],
    [{ csv: 'name,recipient\nA,"=HYPERLINK(""http://evil"",""x"")"\n' }, 400],
    [{ csv: 'name\n\u202etfarC\n' }, 400],
    [{ csv: 'name\nA\n', rows: [{ name: 'B' }] }, 400],
    [{ rows: Array.from({ length: 501 }, (_, n) => ({ name: `S${n}` })) }, 400],
    [{ rows: [{ name: 'A', constructor: 1 }] }, 400],
    [{}, 400],
  ]
  const started = performance.now()
  for (const [body, wanted] of bombs) {
    const { status } = await roster(body)
    t.equal(status, wanted, JSON.stringify(body).slice(0, 60))
    core.clock.aheadMs += 10_000
  }
  t.ok(performance.now() - started < 30_000, 'none holds the server up')
  t.same([await prisma.station.count(), await prisma.enrollmentToken.count()], before)
  t.equal(
    (await roster({ csv: 'name\n<img src=x onerror=alert(1)>\n', dryRun: true })).status,
    200,
    'text is text',
  )
})

t.test('R11: nobody makes by a roster, or ends by a date, what he may not make or end', async (t) => {
  const manager = await signedIn(core, 'manager', 'manager')
  const narrow = async (permissions: string[]) => {
    const { body } = await owner.api('POST', '/auth/api-tokens', { name: 'narrow', permissions })
    return core.program(body.token)
  }
  const csv = 'name\nBy whom\n'
  t.equal((await roster({ csv }, await narrow(['manage_enrollment_tokens', 'approve_stations']))).status, 403)
  const cannotApprove = await narrow(['manage_enrollment_tokens', 'update_stations'])
  t.equal((await roster({ csv }, cannotApprove)).status, 403)
  t.equal((await roster({ csv, preApproved: false, dryRun: true }, cannotApprove)).status, 200)
  const id = await station('Lasting')
  const expiresAt = new Date(core.clock.now() + 60_000).toISOString()
  const dated = await manager.client.api('PATCH', `/orgs/${ORG}/stations/${id}`, { expiresAt })
  t.match(dated, { status: 403, body: { code: 'forbidden' } }, 'W5: a manager revokes nothing')
  t.equal(await prisma.station.count({ where: { expiresAt: { not: null } } }), 0)
})

t.test(
  'E7: beyond the limit of an hour an issuer is refused, by roster too, and another is not',
  async (t) => {
    const issuer = await signedIn(core, 'issuer', 'owner')
    const { id: orgId } = await prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
    await prisma.enrollmentToken.createMany({
      data: Array.from({ length: LIMIT - 1 }, (_, n) => ({
        ...{ id: randomUUID(), keyId: randomUUID(), secretHash: 'x', name: `t${n}`, preApproved: false },
        ...{ orgId, createdById: issuer.id },
        createdAt: new Date(core.clock.now()),
        expiresAt: new Date(core.clock.now()),
      })),
    })
    const csv = 'name\nOne\nTwo\n'
    t.match(await roster({ csv }, issuer.client), { status: 429, body: { code: 'rate_limited' } })
    await issue({}, issuer.client)
    const refused = await issuer.client.api('POST', TOKENS, { name: 'x' })
    t.match(refused, { status: 429, body: { code: 'rate_limited' } })
    t.ok(Number(refused.headers['retry-after']) > 0)
    await issue({})
  },
)
