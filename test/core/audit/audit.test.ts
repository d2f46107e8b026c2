import t from 'tap'
import { Audit } from '../../../core/audit/audit.js'
import { systemClock } from '../../../shared/time.js'
import { ORG, testCore } from '../../support/core.js'
import { testDatabase } from '../../support/database.js'
import { silentLog } from '../../support/server.js'

t.test('H10: a row stands or falls with its transaction', async (t) => {
  const { prisma } = await testDatabase(t)
  const audit = new Audit(prisma, systemClock, silentLog)
  const entry = {
    actor: { kind: 'user', id: 'user-0001' },
    action: 'station.approve',
    outcome: 'success',
    targetKind: 'station',
    targetId: 'station-1',
    detail: { name: 'Tromso' },
  } as const
  await t.rejects(
    prisma.$transaction(async (tx) => {
      await audit.record(tx, entry)
      throw new Error('the change failed')
    }),
  )
  t.equal(await prisma.auditEvent.count(), 0)
  await prisma.$transaction((tx) => audit.record(tx, entry))
  t.match(await prisma.auditEvent.findMany(), [
    { actorKind: 'user', actorId: 'user-0001', action: 'station.approve', detail: { name: 'Tromso' } },
  ])
})

t.test('H7: what is written cannot be changed', async (t) => {
  const { prisma } = await testDatabase(t)
  const audit = new Audit(prisma, systemClock, silentLog)
  await audit.record(prisma, {
    actor: { kind: 'system', id: 'core' },
    action: 'system.start',
    outcome: 'success',
  })
  await t.rejects(prisma.auditEvent.updateMany({ data: { outcome: 'failed' } }))
  t.match(await prisma.auditEvent.findMany(), [{ outcome: 'success' }])
})

t.test('B24: best effort is bounded, never throws and is waited for', async (t) => {
  const { prisma } = await testDatabase(t)
  const audit = new Audit(prisma, systemClock, silentLog)
  const refuse = (address: string) =>
    audit.bestEffort({
      ...({ actor: { kind: 'anonymous' }, action: 'broker.refuse', outcome: 'denied' } as const),
      address,
    })
  for (let n = 0; n < 100; n++) refuse('10.0.0.1')
  refuse('10.0.0.2')
  await audit.drain()
  const rows = await prisma.auditEvent.findMany({ orderBy: { id: 'asc' } })
  t.equal(rows.filter(({ address }) => address === '10.0.0.1').length, 5)
  t.match(rows.find(({ address }) => address === '10.0.0.2')?.detail, { suppressed: 95 })

  const warned: object[] = []
  const broken = new Audit(
    { auditEvent: { create: () => Promise.reject(new Error('down')) } } as never,
    systemClock,
    { ...silentLog, warn: (obj) => void warned.push(obj as object) },
  )
  broken.bestEffort({ actor: { kind: 'anonymous' }, action: 'broker.refuse', outcome: 'denied' })
  await broken.drain()
  t.equal(warned.length, 1)
})

t.test('the trail is read in pages, the newest first, each organisation its own', async (t) => {
  const core = await testCore(t)
  const { audit } = core.context
  const org = await core.prisma.org.findFirstOrThrow()
  const note = (orgId: string, targetId: string) =>
    audit.record(core.prisma, {
      ...({
        actor: { kind: 'user', id: 'user-0001' },
        action: 'campaign.create',
        outcome: 'success',
      } as const),
      ...{ orgId, targetKind: 'campaign', targetId },
    })
  for (let n = 0; n < 5; n++) await note(org.id, `campaign-${n}`)
  await note('another-org', 'campaign-x')

  const get = async (query: string, path = `/orgs/${ORG}/audit`) =>
    (await core.owner.api('GET', `${path}?action=campaign.create&${query}`)).body
  const seen: string[] = []
  for (let cursor = ''; cursor !== 'end'; ) {
    const page = await get(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...page.items.map((item: { targetId: string }) => item.targetId))
    cursor = page.nextCursor ?? 'end'
  }
  t.same(seen, ['campaign-4', 'campaign-3', 'campaign-2', 'campaign-1', 'campaign-0'])
  t.equal((await get('', '/audit')).items.length, 6, 'the system trail has all')
  t.equal((await get('target=campaign-2')).items.length, 1)
  t.equal((await get('actor=user-0001')).items.length, 5)
  t.equal((await get('search=CAMPAIGN-3')).items.length, 1)

  await core.prisma.membership.updateMany({ data: { role: 'manager' } })
  t.equal((await core.owner.api('GET', '/audit')).status, 403, 'H8: separate rights')
  t.equal((await core.owner.api('GET', `/orgs/${ORG}/audit`)).status, 200)
})
