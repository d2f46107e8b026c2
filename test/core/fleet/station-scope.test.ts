import t from 'tap'
import type { StationMessage } from '../../../broker/contracts.js'
import { FakeStation, fleetWorld, MOUNT } from './world.js'

t.test(
  'E14: an agent announces and says no more than its station is for, until a person widens that',
  async (t) => {
    const world = await fleetWorld(t)
    const { stations } = world.fleet
    const station = await world.connected()
    const { grant } = station
    const ts = '2026-01-01T00:00:00.000Z'
    const info = {
      ...{ ts, version: '0.1.0', bootId: 'boot-0001', capabilities: ['rotator', 'rig'], mount: MOUNT },
      ...{ driver: { kind: 'simulated', model: 'x' }, keyIssuedAt: ts },
    }
    const heard: StationMessage[] = []
    t.teardown(world.broker.onMessage((message) => heard.push(message)))
    const announced = () => heard.flatMap((m) => (m.kind === 'info' ? [m.message.capabilities] : []))
    await station.say('info', info)
    t.same(announced(), [['rotator']])

    const widened = await stations.update(world.person(), grant.stationId, {
      capabilities: ['rotator', 'rig'],
    })
    t.same(widened.capabilities, ['rotator', 'rig'])
    await station.closed
    const again = await FakeStation.join(grant)
    t.teardown(() => again.client.end(true))
    await again.say('info', info)
    t.same(announced().at(-1), ['rotator', 'rig'])
    const update = await world.prisma.auditEvent.findFirst({ where: { action: 'station.update' } })
    t.match(update, { detail: { capabilities: ['rotator', 'rig'] } })
  },
)
