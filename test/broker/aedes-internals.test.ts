import { duplexPair } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { Aedes } from 'aedes'
import t, { type Test } from 'tap'
import { type AedesClient, containParser, decouplePublishers } from '../../broker/aedes-internals.js'
import { Latency } from '../../broker/latency.js'

/** The private fields as they must be; an upgrade of Aedes that moves one fails here first. */
interface Inside {
  _parser: { parse(chunk: Buffer): number }
}
const inside = (client: AedesClient) => client as unknown as Inside

async function engine(t: Test) {
  const aedes = await Aedes.createBroker()
  const [near] = duplexPair()
  t.teardown(() => {
    near.destroy()
    return new Promise<void>((resolve) => aedes.close(resolve))
  })
  return { aedes, client: aedes.handle(near) }
}

t.test('P10: what the parser throws is told and thrown no further', async (t) => {
  const { client } = await engine(t)
  inside(client)._parser.parse = () => {
    throw new Error('out of range')
  }
  const told: unknown[] = []
  let chunks = 0
  containParser(
    client,
    () => chunks++,
    (error) => told.push(error),
  )
  t.equal(inside(client)._parser.parse(Buffer.from([0])), 0)
  t.match(told, [{ message: 'out of range' }])
  t.equal(chunks, 1)
})

t.test('P11: a publisher does not wait for a reader that never answers', async (t) => {
  const { aedes } = await engine(t)
  const latency = new Latency()
  for (let i = 0; i < 16; i++) latency.read()
  latency.passed('x')
  decouplePublishers(aedes, latency)
  const heard: string[] = []
  // It never calls back, like a socket that never drains.
  aedes.subscribe(
    '#',
    ({ topic }, _done) => heard.push(topic),
    () => {},
  )
  await turn()
  const say = (topic: string) =>
    new Promise<void>((resolve) => {
      aedes.publish({ cmd: 'publish', topic, payload: 'x', qos: 0, retain: false, dup: false }, () =>
        resolve(),
      )
    })
  await say('a')
  await say('$SYS/x/new/clients')
  await say('b')
  t.same(heard, ['a', 'b'], 'P3: nothing that begins with $ is carried')
  await turn()
  t.equal(latency.snapshot().count, 1, 'nor is it measured how long that reader takes')
})
