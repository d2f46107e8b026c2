/**
 * More of what succeeds on Aedes as it comes: sessions that outlive rights, names that are filters, texts that are none,
 * readers that do not read. A failure here is good news: take the pitfall off the list.
 */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { bareAedes } from '../../support/bare-aedes.js'
import { publishPacket, type RawClient, readPublish, subscribePacket, TYPE } from '../../support/raw-mqtt.js'

const publishes = (client: RawClient) =>
  client.received.filter(({ type }) => type === TYPE.publish).map((packet) => readPublish(packet))

type Bare = Awaited<ReturnType<typeof bareAedes>>
const say = ({ aedes }: Bare, topic: string, payload: string, more: object = {}) =>
  new Promise<void>((resolve) => {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false, ...more }, () =>
      resolve(),
    )
  })
const leave = async ({ aedes }: Bare, client: RawClient) => {
  const left = new Promise<void>((resolve) => aedes.once('clientDisconnect', () => resolve()))
  client.end()
  await left
}

t.test('P4b: a will may name a filter, and is retained under it', async (t) => {
  const bare = await bareAedes(t)
  const published = new Promise<{ topic: string; retain: boolean }>((resolve) => {
    bare.aedes.on('publish', (packet) => {
      if (packet.topic === 'a/#') resolve(packet)
    })
  })
  const client = await bare.as('a', { will: { topic: 'a/#', payload: 'x', retain: true } })
  client.end()
  t.match(await published, { topic: 'a/#', retain: true })
})

t.test('P5: what was queued for a right that has ended is delivered all the same', async (t) => {
  let isRevoked = false
  const bare = await bareAedes(t, {
    authorizeSubscribe: (_client, asked, done) => done(null, isRevoked ? null : asked),
  })
  const before = await bare.as('a', { clean: false })
  await before.subscribe(['secret/a'], 1)
  await leave(bare, before)
  isRevoked = true
  await say(bare, 'secret/a', 'still told')
  const after = await bare.as('a', { clean: false })
  t.match(await after.nextPublish(), { payload: 'still told' })
})

t.test('P7: what a hook makes of a message is lost on what was queued', async (t) => {
  const bare = await bareAedes(t, {
    authorizeForward: (_client, packet) => ({ ...packet, payload: Buffer.from('redacted') }),
  })
  const before = await bare.as('a', { clean: false })
  await before.subscribe(['a/x'], 1)
  await leave(bare, before)
  await say(bare, 'a/x', 'secret')
  const after = await bare.as('a', { clean: false })
  t.match(await after.nextPublish(), { payload: 'secret' })
})

t.test('P31: to stop the broker is to say the wills of all', async (t) => {
  const bare = await bareAedes(t)
  const said = new Promise<string>((resolve) => {
    bare.aedes.on('publish', ({ topic, payload }) => {
      if (topic === 'a/state') resolve(String(payload))
    })
  })
  await bare.as('a', { will: { topic: 'a/state', payload: 'offline' } })
  bare.aedes.close()
  t.equal(await said, 'offline')
})

t.test('P10: an exception in a hook ends the process', async (t) => {
  const program = `
    import { Aedes } from 'aedes'
    import { Duplex } from 'node:stream'
    const aedes = await Aedes.createBroker({ authenticate: () => { throw new Error('a bug') } })
    const stream = new Duplex({ read() {}, write(_chunk, _encoding, done) { done() } })
    aedes.handle(stream)
    stream.push(Buffer.from([0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 1, 97]))
    setInterval(() => {}, 1000)`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  t.equal(status, 1)
  t.match(stderr, /a bug/)
})

t.test('P18 B23: three stale commands are all replayed to a station that was away', async (t) => {
  const bare = await bareAedes(t)
  const before = await bare.as('a', { clean: false })
  await before.subscribe(['a/cmd/rot'], 1)
  await leave(bare, before)
  for (const turn of ['1', '2', '3']) await say(bare, 'a/cmd/rot', turn)
  const after = await bare.as('a', { clean: false })
  const turns = [await after.nextPublish(), await after.nextPublish(), await after.nextPublish()]
  t.same(
    turns.map((turn) => turn?.payload),
    ['1', '2', '3'],
  )
})

t.test('P6: retained topics that begin with `$` are shown to `#`', async (t) => {
  const bare = await bareAedes(t, { authorizeSubscribe: (_client, asked, done) => done(null, asked) })
  await say(bare, '$internal/x', 'secret', { retain: true })
  const client = await bare.as('a')
  await client.subscribe(['#'])
  t.match(await client.nextPublish(), { topic: '$internal/x', payload: 'secret' })
})

t.test('P8: a refusal before the CONNECT leaves the socket open, without an answer', async (t) => {
  const bare = await bareAedes(t, { preConnect: (_client, _packet, done) => done(null, false) })
  const client = await bare.open()
  client.socket.write(Buffer.from([0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 0]))
  const bystander = await bare.open()
  t.notOk(client.isClosed || bystander.isClosed)
  t.same(client.received, [])
})

t.test('P14: NUL and newline reach the hooks in a topic, and bad UTF-8 becomes another topic', async (t) => {
  const topics: string[] = []
  const bare = await bareAedes(t, {
    authorizePublish: (_client, packet, done) => {
      topics.push(packet.topic)
      done(null)
    },
  })
  const client = await bare.as('a')
  client.send(
    publishPacket('a/\0', 'x'),
    publishPacket('a/\n', 'x'),
    publishPacket(Buffer.from([0x61, 0xff]), 'x'),
    publishPacket(Buffer.from([0x61, 0xfe]), 'x'),
  )
  t.ok(await client.ping())
  t.same(topics, ['a/\0', 'a/\n', 'a\ufffd', 'a\ufffd'], 'two topics have become one')
})

t.test('P15: who is called `+` hears everybody, where an ACL is a prefix', async (t) => {
  const bare = await bareAedes(t)
  const wildcard = await bare.as('+')
  t.same(await wildcard.subscribe(['+/secret']), [0])
  await say(bare, 'victim/secret', 'x')
  t.match(await wildcard.nextPublish(), { topic: 'victim/secret' })
})

t.test('P19: a QoS that is lowered by the hook is not said to the client', async (t) => {
  const bare = await bareAedes(t, {
    authorizeSubscribe: (_client, asked, done) => done(null, { ...asked, qos: 0 }),
  })
  const client = await bare.as('a')
  t.same(await client.subscribe(['a/x'], 1), [1])
  await say(bare, 'a/x', 'x')
  t.match(await client.nextPublish(), { qos: 0 })
})

t.test('P20: an Error of the hook ends the connection instead of refusing the filter', async (t) => {
  const bare = await bareAedes(t, {
    authorizeSubscribe: (_client, _asked, done) => done(new Error('no')),
  })
  const client = await bare.as('a')
  client.send(subscribePacket(['a/x']))
  await client.closed
  t.notOk(client.received.some(({ type }) => type === TYPE.suback))
})

t.test('P21: the end of a right changes nothing for a subscription that is live', async (t) => {
  let isRevoked = false
  const bare = await bareAedes(t, {
    authorizeSubscribe: (_client, asked, done) => done(null, isRevoked ? null : asked),
  })
  const client = await bare.as('a')
  await client.subscribe(['a/x'])
  isRevoked = true
  await say(bare, 'a/x', 'still told')
  t.match(await client.nextPublish(), { payload: 'still told' })
})

t.test('P25: no client id and no clean session is accepted [MQTT-3.1.3-8]', async (t) => {
  const bare = await bareAedes(t, { authenticate: (_client, _name, _password, done) => done(null, true) })
  const client = await bare.open()
  t.equal(await client.connect({ clientId: '', clean: false }), 0)
})

t.test('P11: a reader that stops reading silences another one', async (t) => {
  const bare = await bareAedes(t, {
    concurrency: 10,
    drainTimeout: 60_000,
    authorizeSubscribe: (_client, asked, done) => done(null, asked),
  })
  const frozen = await bare.as('frozen')
  const live = await bare.as('live')
  await frozen.subscribe(['flood/x'])
  await live.subscribe(['other/x'])
  frozen.socket.pause()
  const wide = 'x'.repeat(256 * 1024)
  for (let i = 0; i < 200; i++) void say(bare, 'flood/x', wide, { qos: 0 })
  void say(bare, 'other/x', 'x', { qos: 0 })
  for (let i = 0; i < 10; i++) t.ok(await live.ping())
  t.same(publishes(live), [])
  frozen.end()
  t.match(await live.nextPublish(), { topic: 'other/x' }, 'and it goes on when the frozen one is gone')
})
