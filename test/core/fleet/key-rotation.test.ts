import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import type { StationGrant } from '../../../shared/api/fleet.js'
import { DAY, MINUTE } from '../../../shared/time.js'
import { knock } from '../../support/knock.js'
import { FakeStation, type FleetWorld, fleetWorld, MOUNT } from './world.js'

const caller = { address: '198.51.100.7', requestId: 'req-3' } as const

/** The station asks with this key. */
function ask(world: FleetWorld, { stationId: id, org }: StationGrant, key: string) {
  const actor = { kind: 'station', id, org, keyId: key.split('_')[1] ?? '' } as const
  return world.fleet.rotation.next(actor, { ...caller, actor })
}

const live = (world: FleetWorld, stationId: string) =>
  world.prisma.stationKey.count({ where: { stationId, revokedAt: null } })

t.test('E30 E20: a new key is proved by connecting, and only then the old one ends', async (t) => {
  const world = await fleetWorld(t)
  const grant = await world.enrolled()
  const { stationId, mqttUrl, key } = grant
  const old = await FakeStation.join(grant)
  const next = await ask(world, grant, key)
  const issued = Date.parse(next.keyIssuedAt)
  t.equal(Date.parse(next.renewAt) - issued, 166 * DAY)
  t.equal(await live(world, stationId), 2)
  t.equal(await knock(mqttUrl, stationId, key), 0, 'the old key still holds')
  await old.closed

  const again = await FakeStation.join(grant)
  const cutBefore = world.said.length
  const fresh = await FakeStation.join({ ...grant, key: next.key })
  t.teardown(() => fresh.client.end(true))
  await again.closed
  t.equal(await live(world, stationId), 1)
  t.equal(await knock(mqttUrl, stationId, key), 4, 'it has ended for ever')
  t.ok(fresh.client.connected, 'and whoever tries it disturbs nobody')
  t.match(
    world.said.slice(cutBefore).filter(({ name }) => name === 'ended'),
    [{ event: { credentialId: key.split('_')[1] } }],
    'only what was opened with the old key is cut',
  )
  const proved = await world.prisma.auditEvent.findFirst({ where: { action: 'station.key_prove' } })
  t.match(proved, {
    ...{ actorKind: 'station', actorId: stationId, address: '127.0.0.1' },
    detail: { keyId: next.key.split('_')[1], replaced: [key.split('_')[1]] },
  })
  await world.context.audit.drain()
  const reused = await world.prisma.auditEvent.findMany({ where: { action: 'station.key_reuse' } })
  t.match(reused, [{ outcome: 'denied', address: '127.0.0.1', targetId: stationId }], 'somebody has a copy')
})

t.test('E30: an answer that was lost costs nothing: the next one takes its place', async (t) => {
  const world = await fleetWorld(t)
  const grant = await world.enrolled()
  const { stationId, mqttUrl, key } = grant
  const lost = await ask(world, grant, key)
  await t.rejects(ask(world, grant, key), { code: 'rate_limited' }, 'not twice in a minute')
  world.clock.aheadMs += MINUTE
  const second = await ask(world, grant, key)
  t.equal(await live(world, stationId), 2)
  t.equal(await knock(mqttUrl, stationId, lost.key), 4)
  await t.rejects(ask(world, grant, second.key), { code: 'conflict' }, 'a successor has no successor')
  t.equal(await knock(mqttUrl, stationId, key), 0)
  t.equal(await knock(mqttUrl, stationId, second.key), 0)
  await t.rejects(ask(world, grant, key), { code: 'not_signed_in' }, 'the old one is over')
})

t.test(
  'E20: fifty that ask at once get one key, fifty that connect at once end the old one once',
  async (t) => {
    const world = await fleetWorld(t)
    const grant = await world.enrolled()
    const { stationId, mqttUrl, key } = grant
    const asked = await Promise.allSettled(Array.from({ length: 50 }, () => ask(world, grant, key)))
    const given = asked.filter((one) => one.status === 'fulfilled')
    t.equal(given.length, 1)
    t.equal(await live(world, stationId), 2)
    const next = given[0]?.value.key ?? ''
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => knock(mqttUrl, stationId, i % 2 === 0 ? next : key)),
    )
    t.ok(
      codes.every((code) => code === null || [0, 3, 4].includes(code)),
      codes.join(),
    )
    t.equal(await live(world, stationId), 1)
    t.equal(await world.prisma.auditEvent.count({ where: { action: 'station.key_prove' } }), 1)
  },
)

t.test('E18 E30: of a rotation and a revocation at once no key is left', async (t) => {
  const world = await fleetWorld(t)
  for (let i = 0; i < 10; i++) {
    const grant = await world.enrolled(`Station ${i}`)
    const { stationId, mqttUrl, key, name } = grant
    const rotation = ask(world, grant, key).then(
      async (next) => {
        if (i % 2 === 0) await turn()
        return await knock(mqttUrl, stationId, next.key)
      },
      () => null,
    )
    await Promise.all([rotation, world.fleet.states.revoke(world.person(), stationId, name)])
    t.equal(await live(world, stationId), 0)
    t.equal(await knock(mqttUrl, stationId, key), 5)
    await t.rejects(ask(world, grant, key), { code: 'principal_revoked' })
  }
})

t.test(
  'a person asks: the agent hears it at once, or when it comes back, until it has a new key',
  async (t) => {
    const world = await fleetWorld(t)
    const { rotation, stations } = world.fleet
    const grant = await world.enrolled()
    const { stationId, key } = grant
    const asked = await rotation.ask(world.person(), stationId)
    t.match(asked, { status: 'approved', keys: [{ revokedAt: null, provenAt: null }] })
    const info = {
      ...{ ts: new Date().toISOString(), version: '0.1.0', bootId: 'boot-0001', capabilities: ['rotator'] },
      ...{ driver: { kind: 'simulated', model: '' }, keyIssuedAt: new Date().toISOString() },
      mount: MOUNT,
    }
    const station = await FakeStation.join(grant)
    await station.say('info', info)
    await world.until(() => station.heard.length === 1)
    t.match(station.heard, [{ op: 'rotate', aud: stationId }], 'it was away')
    await rotation.ask(world.person(), stationId)
    await world.until(() => station.heard.length === 2)
    t.match(await rotation.standing(stationId), { id: stationId, rotateAsked: true })

    const next = await ask(world, grant, key)
    const renewed = await FakeStation.join({ ...grant, key: next.key })
    t.teardown(() => renewed.client.end(true))
    await renewed.say('info', info)
    t.match(await rotation.standing(stationId), { rotateAsked: false })
    t.match(await stations.get(world.acme, stationId), {
      keys: [{ keyId: next.key.split('_')[1], provenAt: String, revokedAt: null }, { revokedAt: String }],
    })
    t.equal(renewed.heard.length, 0, 'and it is not asked again')
    t.same(
      (await world.trail(stationId)).filter((row) => row.startsWith('station.key_')),
      ['station.key_issue success', 'station.key_ask success', 'station.key_ask success'].concat([
        'station.key_issue success',
        'station.key_prove success',
      ]),
    )
  },
)

t.test('nobody is asked for the key of a station that has none, or is out of use', async (t) => {
  const world = await fleetWorld(t)
  const { rotation, stations, locks } = world.fleet
  const person = world.person()
  const { id } = await stations.create(person, { name: 'Troll', minElevation: 10, mask: [] })
  await t.rejects(rotation.ask(person, id), { code: 'station_state' })
  await t.rejects(rotation.ask(person, 'nobody-0001'), { code: 'not_found' })
  const grant = await world.enrolled()
  await t.rejects(rotation.ask(world.person(undefined, world.rival), grant.stationId), { code: 'not_found' })
  await locks.lock(person, grant.stationId, 'new bearing')
  await t.rejects(rotation.ask(person, grant.stationId), { code: 'station_locked' })
  await t.rejects(ask(world, grant, grant.key), { code: 'station_locked', detail: /new bearing/ })
  t.equal(await live(world, grant.stationId), 1)
})
