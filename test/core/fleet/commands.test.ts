import t from 'tap'
import { CONTROL_MS } from '../../../core/fleet/station-control.js'
import type { CommandRequest } from '../../../shared/signed.js'
import { FakeStation, fleetWorld } from './world.js'

const MOVE: CommandRequest = { op: 'move', args: { az: 120, el: 30 } }
const STOP: CommandRequest = { op: 'stop', args: {} }
const PARK: CommandRequest = { op: 'park', args: {} }
const LIMITS: CommandRequest = { op: 'limits', args: { azMin: 0, azMax: 90, elMin: 0, elMax: 80 } }
const RELEASE: CommandRequest = { op: 'release', args: {} }

t.test('A command goes out signed, rising in number, and its answer comes back', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const record = await commands.send(world.person(), stationId, MOVE)
  t.match(record, {
    ...{ stationId, op: 'move', args: MOVE.args, actor: 'user-1111', result: 'accepted', code: null },
  })
  t.same((await commands.list(world.acme, { limit: 10 })).items, [record])
  const [heard] = station.heard
  t.match(heard, { iss: 'talos-core', aud: stationId, jti: record.id, op: 'move', args: MOVE.args, seq: 1 })
  t.equal(Math.round(((heard?.exp ?? 0) - (heard?.iat ?? 0)) * 1000), 5000, 'a motion by hand lives 5 s')
  t.same(await world.trail(stationId), [
    ...['station.approve success', 'station.key_issue success', 'command.send success'],
  ])

  for (const request of [PARK, LIMITS, RELEASE, STOP])
    t.match(await commands.send(world.person(), stationId, request), { op: request.op, result: 'accepted' })
  t.same(
    station.heard.map(({ op, seq }) => `${op} ${seq}`),
    [...['move 1', 'park 2', 'limits 3', 'release 4', 'stop 4']],
  )
  t.equal((await commands.list(world.acme, { limit: 10, station: stationId })).items.length, 5)
  t.equal((await commands.list(world.acme, { limit: 10, search: 'PAR' })).items.length, 1)
  t.same((await commands.list(world.rival, { limit: 10 })).items, [], 'R1')
  t.equal((await world.trail(stationId)).filter((row) => row === 'command.send success').length, 5)
})

t.test('A refusal names the code of the agent and is kept', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected(() => ({
    ...{ result: 'rejected', code: 'out_of_limits', detail: 'az 500 is beyond 450' },
  }))
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  await t.rejects(commands.send(world.person(), stationId, MOVE), {
    code: 'command_refused',
    detail: 'out_of_limits: the station refused the command move. az 500 is beyond 450',
  })
  await t.rejects(commands.send(world.person(), stationId, STOP), { code: 'command_refused' })
  t.match((await commands.list(world.acme, { limit: 10 })).items, [
    ...[{ op: 'stop', result: 'rejected', code: 'out_of_limits' }],
    ...[{ op: 'move', result: 'rejected', code: 'out_of_limits' }],
  ])
})

t.test('Without an answer there is a time-out; an answer that comes later is kept', async (t) => {
  const world = await fleetWorld(t, { ackWaitMs: 50 })
  const { commands } = world.fleet
  const station = await world.connected(() => null)
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const last = async () => (await commands.list(world.acme, { limit: 1 })).items[0]
  for (const request of [MOVE, STOP]) {
    await t.rejects(commands.send(world.person(), stationId, request), { code: 'ack_timeout' })
    t.match(await last(), { op: request.op, result: 'timeout' })
  }
  const late = station.heard.at(-1)
  if (late === undefined) return t.fail('nothing was heard')
  const jti = late.jti
  const answered = async (result: 'accepted' | 'done') => {
    const row = await last()
    if (row?.result !== result) return false
    t.equal(row.id, jti)
    return true
  }
  await station.ack(jti, { op: 'stop', result: 'accepted' })
  await station.ack(jti, { op: 'stop', result: 'done' })
  await station.ack(jti, { op: 'stop', result: 'accepted' })
  while (!(await answered('done'))) await new Promise((resolve) => setImmediate(resolve))
  await commands.stop()
  t.match(await last(), { result: 'done' }, 'results only move on')
})

t.test('B12: only the station that was asked can answer', async (t) => {
  const world = await fleetWorld(t, { ackWaitMs: 200 })
  const { commands } = world.fleet
  const neighbour = await FakeStation.join(await world.enrolled('Neighbour'))
  const station = await world.connected((command) => {
    void neighbour.ack(command.jti, { op: command.op, result: 'accepted' })
    return null
  })
  t.teardown(() => {
    station.client.end(true)
    neighbour.client.end(true)
  })
  const sent = commands.send(world.person(), station.grant.stationId, MOVE)
  await t.rejects(sent, { code: 'ack_timeout' })
  t.match((await commands.list(world.acme, { limit: 1 })).items, [{ result: 'timeout', ackedAt: null }])
})

t.test('R3: each operation needs its own permission, and a refusal is in the audit trail', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const operator = world.person(['command_stations'])
  const guardian = world.person(['configure_hardware'])
  const forbidden = { code: 'forbidden' }
  for (const request of [LIMITS, RELEASE])
    await t.rejects(commands.send(operator, stationId, request), forbidden)
  for (const request of [MOVE, STOP, PARK])
    await t.rejects(commands.send(guardian, stationId, request), forbidden)
  t.same(station.heard, [])
  t.equal((await commands.send(operator, stationId, MOVE)).result, 'accepted')
  t.equal((await commands.send(guardian, stationId, LIMITS)).result, 'accepted')
  t.equal((await world.trail(stationId)).filter((row) => row === 'command.send denied').length, 5)
})

t.test('D3, B23: nothing is sent, numbered or queued for a station that is not there', async (t) => {
  const world = await fleetWorld(t)
  const { commands, stations, states } = world.fleet
  const grant = await world.enrolled()
  const pending = await stations.create(world.person(), { name: 'New', minElevation: 10, mask: [] })
  const rival = world.person(undefined, world.rival)
  for (const request of [MOVE, STOP]) {
    const send = (id: string, caller = world.person()) => commands.send(caller, id, request)
    await t.rejects(send(grant.stationId), { code: 'station_offline' })
    await t.rejects(send(pending.id), { code: 'station_state' })
    await t.rejects(send('no-such-station'), { code: 'not_found' })
    await t.rejects(send(grant.stationId, rival), { code: 'not_found' })
  }
  t.equal(await world.prisma.command.count(), 0)
  t.equal(
    Number((await world.prisma.station.findUniqueOrThrow({ where: { id: grant.stationId } })).commandSeq),
    0,
  )
  const station = await FakeStation.join(grant)
  await world.until(() => world.broker.isOnline(grant.stationId))
  for (const request of [MOVE, STOP])
    await t.rejects(commands.send(rival, grant.stationId, request), { code: 'not_found' })
  t.same(station.heard, [])
  await states.revoke(world.person(), grant.stationId, 'Svalbard')
  for (const request of [MOVE, STOP])
    await t.rejects(commands.send(world.person(), grant.stationId, request), { code: 'station_state' })
})

t.test('A stop reaches the station though the database does not answer', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  // Holds the tables of the record for as long as this transaction lives.
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let locked = () => {}
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve
  })
  const lock = world.prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Command", "Station" IN ACCESS EXCLUSIVE MODE`
      locked()
      await held
    },
    { timeout: 20_000 },
  )
  await isLocked
  const record = await commands.send(world.person(), stationId, STOP)
  t.match(record, { op: 'stop', result: 'accepted' })
  t.equal(station.heard.length, 1)
  release()
  await lock
  await commands.stop()
  t.match(await world.prisma.command.findMany(), [{ id: record.id, op: 'stop', result: 'accepted' }])
  t.same(world.errors, [])
})

t.test('A motion that is on its way when stop is pressed is withdrawn', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  const withdrawn = { code: 'command_refused', detail: /^stopped_by_person/ }
  const send = (request: CommandRequest) => commands.send(world.person(), stationId, request)
  t.match(await Promise.allSettled([MOVE, PARK, LIMITS, STOP].map(send)), [
    { status: 'rejected', reason: withdrawn },
    { status: 'rejected', reason: withdrawn },
    { status: 'fulfilled', value: { op: 'limits', result: 'accepted' } },
    { status: 'fulfilled', value: { op: 'stop', result: 'accepted' } },
  ])
  t.same(station.heard.map(({ op }) => op).sort(), ['limits', 'stop'])
  const rows = await world.prisma.command.findMany({ where: { code: 'stopped_by_person' } })
  t.equal(rows.length, 2)
  t.equal((await commands.send(world.person(), stationId, MOVE)).result, 'accepted', 'the next one goes')
})

t.test('D7, H10: without its audit row no command goes out', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  await world.prisma.$executeRaw`ALTER TABLE "AuditEvent" RENAME TO "AuditGone"`
  await t.rejects(commands.send(world.person(), stationId, MOVE))
  t.equal(await world.prisma.command.count(), 0)
  t.same(station.heard, [])
  t.match(await commands.send(world.person(), stationId, STOP), { result: 'accepted' }, 'but a stop does')
  t.match(world.errors, [/a stop was sent and not recorded/])
})

t.test('Many commands at once get numbers of their own', async (t) => {
  const world = await fleetWorld(t)
  const { commands } = world.fleet
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  await Promise.all(Array.from({ length: 20 }, () => commands.send(world.person(), stationId, LIMITS)))
  t.same(
    station.heard.map(({ seq }) => seq).sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
})

t.test(
  'whoever moves an antenna has control of it; another takes it over first; a stop asks nobody',
  async (t) => {
    const world = await fleetWorld(t)
    const { commands, controls, stations } = world.fleet
    const station = await world.connected()
    t.teardown(() => station.client.end(true))
    const { stationId } = station.grant
    const told: unknown[] = []
    world.context.events.on('control', ({ control }) => {
      told.push(control?.by.email ?? null)
    })
    const ada = world.person()
    const bob: typeof ada = {
      ...ada,
      actor: { ...ada.actor, id: 'user-2222', email: 'bob@example.org' } as never,
    }
    const control = async () => (await stations.get(world.acme, stationId)).control
    t.equal(await control(), null)

    await commands.send(ada, stationId, STOP)
    await commands.send(ada, stationId, RELEASE)
    t.equal(await control(), null, 'a stop and a release take nothing')
    await commands.send(ada, stationId, MOVE)
    const first = await control()
    t.match(first, { by: { id: 'user-1111' }, since: String, until: String })

    for (const request of [MOVE, PARK])
      await t.rejects(commands.send(bob, stationId, request), {
        ...{
          code: 'station_controlled',
          detail: /has control of «Svalbard» until .* A stop needs no control/,
        },
      })
    t.equal((await commands.send(bob, stationId, STOP)).result, 'accepted')
    await t.rejects(controls.take(bob, stationId, false), { code: 'station_controlled' })
    await controls.give(bob, stationId)
    t.same(await control(), first, 'nobody gives away what is not theirs')
    world.clock.aheadMs += 60_000
    await commands.send(ada, stationId, PARK)
    const longer = await control()
    t.equal(longer?.since, first?.since)
    t.ok((longer?.until ?? '') > (first?.until ?? ''), 'each move prolongs it')

    t.match(await controls.take(bob, stationId, true), { control: { by: { id: 'user-2222' } } })
    await t.rejects(commands.send(ada, stationId, MOVE), { code: 'station_controlled' })
    t.match(await controls.give(bob, stationId), { control: null })
    await controls.take(bob, stationId, false)
    world.clock.aheadMs += CONTROL_MS
    t.equal(await control(), null, 'it ends by itself')
    t.match(await commands.send(ada, stationId, MOVE), { result: 'accepted' })

    const [a, b] = ['ada@example.org', 'bob@example.org']
    t.same(told, [a, a, b, null, b, a])
    t.equal(station.heard.length, 6)
    const trail = (await world.trail(stationId)).filter((row) => row.startsWith('station.control'))
    t.same(
      trail,
      ['station.control', 'station.control_end', 'station.control'].map((row) => `${row} success`),
    )
    await t.rejects(controls.take(world.person(undefined, world.rival), stationId, true), {
      code: 'not_found',
    })
    await world.fleet.locks.lock(ada, stationId, 'painting')
    await t.rejects(controls.take(ada, stationId, true), { code: 'station_locked' })
    await t.rejects(commands.send(ada, stationId, MOVE), { code: 'station_locked' })
  },
)
