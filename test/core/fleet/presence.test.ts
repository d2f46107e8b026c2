import t from 'tap'
import { FakeStation, fleetWorld, MOUNT } from './world.js'

const now = () => new Date().toISOString()
const state = (more: object = {}) => ({
  ...{ ts: now(), bootId: 'boot-0001', seq: 1, link: 'online', state: 'idle', code: null, plans: [] },
  ...more,
})
const info = (more: object = {}) => ({
  ...{ ts: now(), version: '0.2.0', bootId: 'boot-0001', capabilities: ['rotator'] },
  ...{ driver: { kind: 'rotctld', model: 'GS-232B' }, mount: MOUNT, keyIssuedAt: now() },
  ...more,
})
const telemetry = (seq: number, az: number) => ({
  ...{ ts: now(), seq, cmdAz: az, cmdEl: 20, az, el: 20, errDeg: 0, turns: 0, state: 'on_target', rprt: 0 },
})

t.test('Who is connected, the last state and the last position are known at once', async (t) => {
  const world = await fleetWorld(t)
  const { presence, stations } = world.fleet
  const grant = await world.enrolled()
  const { stationId } = grant
  t.same(presence.liveOf(stationId), { online: false, state: null, stateAt: null })
  t.equal(presence.positionOf(stationId), null)
  t.notOk(presence.isOnlineIn('acme', stationId))

  const station = await FakeStation.join(grant)
  await station.say('state', state())
  await station.say('telemetry', telemetry(1, 10))
  await station.say('telemetry', telemetry(2, 11))
  await world.until(() => presence.positionOf(stationId)?.telemetry.seq === 2)
  t.match(await stations.get(world.acme, stationId), {
    ...{ online: true, live: { link: 'online', state: 'idle' } },
  })
  t.match(presence.positionOf(stationId), { telemetry: { az: 11, cmdAz: 11, state: 'on_target' } })
  t.ok(presence.isOnlineIn('acme', stationId))
  t.notOk(presence.isOnlineIn('rival', stationId), 'R1: in its own organisation only')
  t.match(world.said, [{ name: 'station', event: { org: 'acme', stationId } }])

  await station.client.endAsync()
  await world.until(() => presence.liveOf(stationId).state?.link === 'offline')
  t.match(await stations.get(world.acme, stationId), { online: false, live: { link: 'offline' } })
  t.ok(presence.positionOf(stationId), 'where it was seen last is still worth knowing')
})

t.test('What the agent says of itself is stored when it differs', async (t) => {
  const world = await fleetWorld(t)
  const { stations } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const told = () => world.said.filter(({ name }) => name === 'refresh').length
  const shown = () => stations.get(world.acme, stationId)
  await world.until(() => world.said.length > 0)

  const wider = { ...MOUNT, azMax: 540 }
  const before = told()
  await station.say('info', info({ mount: wider }))
  await world.until(() => told() > before)
  t.match(await shown(), {
    agentVersion: '0.2.0',
    driver: 'rotctld: GS-232B',
    mount: wider,
    address: '127.0.0.1',
  })

  const settled = world.said.length
  await station.say('info', info({ mount: wider }))
  await station.say('info', info({ mount: wider, version: '0.3.0' }))
  await world.until(() => world.said.length > settled)
  t.match(await shown(), { agentVersion: '0.3.0' })
  t.equal(told(), before + 1, 'only another mount makes others plan anew')
  t.same(world.errors, [])
})

t.test('The last sign of life is written in one go, for approved stations only', async (t) => {
  const world = await fleetWorld(t)
  const { presence } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const seen = async () =>
    (await world.prisma.station.findUniqueOrThrow({ where: { id: stationId } })).lastSeenAt
  await presence.flush()
  const first = await seen()
  t.ok(first)
  await presence.flush()
  t.same(await seen(), first, 'nothing was heard since')
  await station.say('state', state())
  await world.until(() => presence.liveOf(stationId).state !== null)
  await presence.flush()
  t.ok(((await seen())?.getTime() ?? 0) > (first?.getTime() ?? 0))
  await world.fleet.states.revoke(world.person(), stationId, 'Svalbard')
  const last = await seen()
  await presence.flush()
  t.same(await seen(), last)
})
