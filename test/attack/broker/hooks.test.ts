import t from 'tap'
import { onlineState, STATION, startWorld, topicOf } from '../../support/broker.js'
import { publishPacket } from '../../support/raw-mqtt.js'

t.test('P10: listeners that throw or reject do not keep a message from anybody', async (t) => {
  const world = await startWorld(t)
  world.broker.onMessage(() => {
    throw new Error('no')
  })
  world.broker.onMessage(() => Promise.reject(new Error('not later either')))
  world.broker.onPresence(() => {
    throw new Error('no')
  })
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([topicOf(STATION, 'state')])
  me.send(publishPacket(topicOf(STATION, 'state'), onlineState()))
  t.match(await person.nextPublish(), { topic: topicOf(STATION, 'state') })
  t.ok(await me.ping())
  t.equal(world.errors.length, 3)
})
