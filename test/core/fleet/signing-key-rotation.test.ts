import t from 'tap'
import { DAY, MINUTE } from '../../../shared/time.js'
import { FakeStation, fleetWorld, MOUNT } from './world.js'

t.test('O17: a key is announced, then signs; what it replaced is retired when all is over', async (t) => {
  const world = await fleetWorld(t)
  const { keys } = world.fleet
  const { signingKeys } = world.context
  const caller = world.person()
  const first = signingKeys.current().kid
  await t.rejects(keys.retire(first, false, caller), { code: 'conflict' }, 'it signs')
  await t.rejects(keys.retire('unknown-kid', true, caller), { code: 'not_found' })

  const [announced] = await keys.rotate(60, caller)
  t.match(announced, { state: 'announced' })
  t.equal(signingKeys.current().kid, first)
  t.same(
    signingKeys.publicKeys().map(({ kid }) => kid),
    [announced?.kid, first],
  )
  await t.rejects(keys.rotate(0, caller), { code: 'conflict' }, 'one at a time')
  world.clock.aheadMs += 61 * MINUTE
  t.match(keys.list(), [
    { kid: announced?.kid, state: 'signing' },
    { kid: first, state: 'former' },
  ])
  t.equal(signingKeys.current().kid, announced?.kid)

  world.clock.aheadMs += 13 * DAY
  t.equal(await keys.retireFormer(), 0)
  world.clock.aheadMs += 2 * DAY
  t.equal(await keys.retireFormer(), 1)
  t.equal(await keys.retireFormer(), 0)
  t.match(keys.list(), [{ kid: announced?.kid, state: 'signing' }])
  t.equal(keys.list().length, 1)
  const row = await world.prisma.signingKey.findUniqueOrThrow({ where: { kid: first } })
  t.equal(row.sealed, '', 'the private half is gone')
  t.equal(await world.prisma.auditEvent.count({ where: { action: 'signing_key.rotate' } }), 1)
  t.equal(await world.prisma.auditEvent.count({ where: { action: 'signing_key.retire' } }), 1)
})

t.test('O17: of many that rotate at once one makes a key', async (t) => {
  const world = await fleetWorld(t)
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => world.fleet.keys.rotate(60, world.person())),
  )
  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  t.equal(await world.prisma.signingKey.count(), 2)
})

t.test(
  'O17: each station is told what it lacks, under a key that it pins; one that pins none is not',
  async (t) => {
    const world = await fleetWorld(t)
    const { signingKeys } = world.context
    const station = await world.connected()
    const info = (kids: readonly string[]) => ({
      ...{ ts: new Date().toISOString(), version: '0.1.0', bootId: 'boot-0001', capabilities: ['rotator'] },
      ...{ driver: { kind: 'simulated', model: '' }, keyIssuedAt: new Date().toISOString() },
      mount: MOUNT,
      signingKeys: kids,
    })
    const told = () => station.heard.filter(({ op }) => op === 'keys')
    const first = signingKeys.current().kid
    await station.say('info', info([first]))
    const [second] = await world.fleet.keys.rotate(0, world.person())
    await world.until(() => told().length === 1)
    t.match(told()[0], { op: 'keys', args: { keys: [{ kid: second?.kid }, { kid: first }] } })
    t.equal(world.fleet.keys.list()[0]?.stationsWithout, 1)

    await station.say('info', info([second?.kid ?? '', first]))
    await world.until(() => world.fleet.keys.list()[0]?.stationsWithout === 0)
    t.equal(told().length, 1, 'nothing more to tell')

    await station.say('info', info(['nobody-knows-it']))
    await world.until(() => world.errors.some((line) => line.includes('enrolled anew')))
    t.equal(told().length, 1)
    t.ok(station instanceof FakeStation)
    world.errors.length = 0
  },
)
