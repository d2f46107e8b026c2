import t from 'tap'
import { DEFAULT_LIMITS } from '../../../broker/limits.js'
import { RetainedMessages } from '../../../broker/retained.js'
import { SYSTEM_REFRESH } from '../../../shared/topics.js'
import { DIRECTOR, ORG, onlineState, STATION, startWorld, topicOf, user } from '../../support/broker.js'
import { publishPacket, TYPE } from '../../support/raw-mqtt.js'

const publishes = (received: readonly { readonly type: number }[]) =>
  received.filter(({ type }) => type === TYPE.publish).length
const refresh = JSON.stringify({ ts: '2026-01-01T00:00:00.000Z', what: 'keys' })

t.test(
  'B23 P5 P18: commands and plans for an absent station are not queued, whatever session it asks for',
  async (t) => {
    const world = await startWorld(t)
    const first = await world.as(STATION, { clean: false })
    await first.subscribe([topicOf(STATION, 'cmd/#'), topicOf(STATION, 'plan/#'), SYSTEM_REFRESH], 1)
    first.end()
    await world.until(() => world.presence.at(-1)?.kind === 'disconnected')
    const plans = await world.as(DIRECTOR)
    for (let i = 1; i <= 3; i++) {
      world.broker.publish(topicOf(STATION, 'cmd/rot'), 'stale.rotator.command')
      world.broker.publish(SYSTEM_REFRESH, refresh)
      plans.send(publishPacket(topicOf(STATION, `plan/contact-000${i}`), 'a.b.c', { qos: 1, id: i }))
    }
    t.ok(await plans.ping())
    const again = await world.as(STATION, { clean: false })
    t.equal(again.received[0]?.body[0], 0, 'no session present')
    t.ok(await again.ping())
    t.equal(publishes(again.received), 0)
    world.broker.publish(topicOf(STATION, 'cmd/rot'), 'a.b.c')
    t.ok(await again.ping())
    t.equal(publishes(again.received), 0, 'the old subscriptions are gone too')
  },
)

t.test('P5: a right that ended while the session was away delivers nothing at its return', async (t) => {
  const world = await startWorld(t)
  const first = await world.as('ticket', { clean: false })
  await first.subscribe([`talos/${ORG}/gs/+/state`], 1)
  first.end()
  const me = await world.as(STATION)
  me.send(publishPacket(topicOf(STATION, 'state'), onlineState(), { qos: 1, retain: true }))
  t.ok(await me.ping())
  world.principals.set('ticket', user([]))
  const again = await world.as('ticket', { clean: false })
  t.same(await again.subscribe([`talos/${ORG}/gs/+/state`], 1), [128])
  t.ok(await again.ping())
  t.equal(publishes(again.received), 0)
})

t.test('P16: a clean session of somebody else wipes nothing, for there is nothing to wipe', async (t) => {
  const world = await startWorld(t)
  const me = await world.as(STATION)
  await me.subscribe([topicOf(STATION, 'cmd/#')])
  const other = await world.as('ticket')
  other.end()
  world.broker.publish(topicOf(STATION, 'cmd/stop'), 'a.b.c')
  t.match(await me.nextPublish(), { topic: topicOf(STATION, 'cmd/stop') })
})

t.test('P24: with 30,000 retained messages an exact filter costs a look-up, not a scan', async (t) => {
  const retained = new RetainedMessages(DEFAULT_LIMITS)
  const payload = Buffer.from(onlineState())
  for (let i = 0; i < 30_000; i++)
    retained.set({ kind: 'state', org: `org-${i % 100}`, sid: `station-${i}` }, payload, 1)
  const filters = Array.from({ length: 10_000 }, (_, i) => `talos/org-${i % 100}/gs/station-${i}/state`)
  const started = process.cpuUsage()
  const found = filters.reduce((n, filter) => n + [...retained.matching([filter])].length, 0)
  const { user: us } = process.cpuUsage(started)
  t.equal(found, 10_000)
  // A scan took 23 ms for each filter, 230 s in all.
  t.ok(us < 5_000_000, `${Math.round(us / 1000)} ms of CPU`)
})
