/**
 * The edge through which Eclipse Paho's suite is run (`npm run bench -- paho-interop`), tried with packets like the suite's.
 */
import t, { type Test } from 'tap'
import { startEdge } from '../../support/interop/edge.js'
import {
  connectPacket,
  packet,
  publishPacket,
  RawClient,
  readPublish,
  TYPE,
  u16,
} from '../../support/raw-mqtt.js'

async function clientsOf(t: Test) {
  const { port, stop } = await startEdge()
  const clients: RawClient[] = []
  t.teardown(async () => {
    for (const client of clients) client.end()
    await stop()
  })
  return async (clientId: string, more: object = {}) => {
    const client = await RawClient.open(port)
    clients.push(client)
    client.send(connectPacket({ clientId, keepalive: 0, ...more }))
    t.equal(await client.connack(), 0)
    return client
  }
}

t.test('topics of the suite go in and come out, with QoS 2 answered for by the edge', async (t) => {
  const enter = await clientsOf(t)
  const client = await enter('myclientid')
  t.same(await client.subscribe(['TopicA', 'test/nosubscribe'], 2), [1, 128])
  for (const qos of [0, 1, 2]) client.send(publishPacket('TopicA', `qos ${qos}`, { qos, id: 5 + qos }))
  t.same((await client.nextOf(5))?.body, u16(7), 'PUBREC')
  client.send(packet(0x62, u16(7)))
  t.same((await client.nextOf(7))?.body, u16(7), 'PUBCOMP')
  const heard = () =>
    client.received.filter(({ type }) => type === TYPE.publish).map((said) => readPublish(said).payload)
  for (let i = 0; i < 50 && heard().length < 3; i++) t.ok(await client.ping())
  t.same(heard().sort(), ['qos 0', 'qos 1', 'qos 2'])
})

t.test('wildcards of the suite match what they match there', async (t) => {
  const enter = await clientsOf(t)
  const speaker = await enter('myclientid')
  for (const topic of ['TopicA/B', 'Topic/C', 'TopicA/C', '/TopicA'])
    speaker.send(publishPacket(topic, topic, { retain: true }))
  t.ok(await speaker.ping())
  for (const [filter, expected] of [
    ['TopicA/+', ['TopicA/B', 'TopicA/C']],
    ['+/+', ['/TopicA', 'Topic/C', 'TopicA/B', 'TopicA/C']],
    ['TopicA/#', ['TopicA/B', 'TopicA/C']],
    ['/+', ['/TopicA']],
    ['#', ['/TopicA', 'Topic/C', 'TopicA/B', 'TopicA/C']],
  ] as const) {
    const reader = await enter(`reader${filter}`)
    t.same(await reader.subscribe([filter]), [0])
    t.ok(await reader.ping())
    const shown = reader.received.filter(({ type }) => type === TYPE.publish)
    t.same(shown.map((said) => readPublish(said).payload).sort(), expected, filter)
  }
})

t.test('a will of the suite is said when its client is lost', async (t) => {
  const enter = await clientsOf(t)
  const reader = await enter('myclientid2')
  await reader.subscribe(['Topic/C'])
  const lost = await enter('myclientid', {
    will: { topic: 'Topic/C', payload: 'client not disconnected', qos: 2 },
  })
  lost.end()
  t.match(await reader.nextPublish(), { topic: 'Topic/C', payload: 'client not disconnected' })
})
