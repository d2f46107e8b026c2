import t from 'tap'
import { ANSWER_KEPT_MS } from '../../../core/http/idempotency.js'
import { MINUTE } from '../../../shared/time.js'
import { ORG, testCore } from '../../support/core.js'

const PATH = `/orgs/${ORG}/stations`
const KEY = { 'idempotency-key': 'key-00000001' }

t.test('a repeated creation gets the first answer and makes nothing', async (t) => {
  const core = await testCore(t)
  const first = await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)
  t.equal(first.status, 201)
  const again = await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)
  t.equal(again.status, 201)
  t.same(again.body, first.body)
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.equal(await core.prisma.station.count(), 1)

  const other = await core.owner.api('POST', PATH, { name: 'Kiruna' }, KEY)
  t.equal(other.status, 409)
  t.equal(other.body.code, 'idempotency_mismatch')

  const another = await core.signIn('owner@example.org')
  t.equal(
    (await another.api('POST', PATH, { name: 'Tromso' }, KEY)).body.id,
    first.body.id,
    'the same person',
  )
  const bad = await core.owner.api('POST', PATH, { name: 'X' }, { 'idempotency-key': 'short' })
  t.equal(bad.status, 400)
  t.equal(bad.body.errors[0].pointer, '/idempotency-key')
})

t.test('of many that come at once with one key one makes it', async (t) => {
  const core = await testCore(t)
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)),
  )
  const statuses = answers.map(({ status }) => status)
  t.ok(statuses.includes(201))
  t.ok(
    statuses.every((status) => status === 201 || status === 409),
    statuses.join(' '),
  )
  const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.id)
  t.equal(new Set(ids).size, 1)
  t.equal(await core.prisma.station.count(), 1)
})

t.test('a refusal is not kept: the same key may try again', async (t) => {
  const core = await testCore(t)
  await core.owner.api('POST', PATH, { name: 'Tromso' })
  t.equal((await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)).status, 409, 'the name is taken')
  t.equal(await core.prisma.idempotentAnswer.count(), 0)
  t.equal((await core.owner.api('POST', PATH, { name: 'Kiruna' }, KEY)).status, 201)
})

t.test('a request that died is given up after a minute; answers are kept for a day', async (t) => {
  const core = await testCore(t)
  await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)
  await core.prisma.idempotentAnswer.updateMany({ data: { status: 0 } })
  const busy = await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)
  t.equal(busy.status, 409)
  t.equal(busy.headers['retry-after'], '1')
  core.clock.aheadMs = 2 * MINUTE
  await core.prisma.station.deleteMany()
  t.equal((await core.owner.api('POST', PATH, { name: 'Tromso' }, KEY)).status, 201)
  core.clock.aheadMs = ANSWER_KEPT_MS + 3 * MINUTE
  await core.core.identity.sweep.run()
  t.equal(await core.prisma.idempotentAnswer.count(), 0)
})
