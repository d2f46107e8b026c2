/**
 * The same attacks on Aedes as it comes, where they succeed. They prove that the attacks are real, and tell at an
 * upgrade of Aedes what it has closed by itself. A failure here is good news: take the pitfall off the list.
 */
import t from 'tap'
import { bareAedes } from '../../support/bare-aedes.js'
import { connectPacket, DISCONNECT, publishPacket } from '../../support/raw-mqtt.js'

t.test('P1: the denied half of a SUBSCRIBE is kept and served at the next session', async (t) => {
  const { aedes, as } = await bareAedes(t)
  const first = await as('mine', { clean: false })
  t.same(await first.subscribe(['mine/a', 'theirs/a'], 1), [1, 128])
  first.end()
  await new Promise<void>((resolve) => aedes.once('clientDisconnect', () => resolve()))
  await new Promise<void>((resolve) => {
    aedes.publish(
      { cmd: 'publish', topic: 'theirs/a', payload: 'secret', qos: 1, retain: false, dup: false },
      () => resolve(),
    )
  })
  const again = await as('mine', { clean: false })
  t.match(await again.nextPublish(), { topic: 'theirs/a', payload: 'secret' })
})

t.test('P3: `$SYS/x/new/clients` kicks whom it names', async (t) => {
  const { as } = await bareAedes(t)
  const [victim, attacker] = [await as('victim'), await as('attacker')]
  attacker.send(publishPacket('$SYS/x/new/clients', 'victim'))
  await victim.closed
  t.pass()
})

t.test('P4a: a will on a foreign topic is accepted at CONNECT', async (t) => {
  const { as } = await bareAedes(t)
  await as('attacker', { will: { topic: 'victim/state', payload: 'offline' } })
})

t.test('P12: a packet of 256 MB is announced by a stranger and waited for', async (t) => {
  const { open } = await bareAedes(t)
  const attacker = await open()
  attacker.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
  const filled = await new Promise<boolean>((resolve) => {
    attacker.socket.write(Buffer.alloc(4 * 1024 * 1024), () => resolve(true))
  })
  t.ok(filled)
  t.notOk(attacker.isClosed)
})

t.test('F2 P16: another account takes the client id of a victim and kicks it', async (t) => {
  const { as } = await bareAedes(t)
  const victim = await as('victim')
  await as('victim', {}, 'attacker')
  await victim.closed
  t.pass()
})

t.test('P26: filters that the standard forbids are granted', async (t) => {
  const { as } = await bareAedes(t)
  const client = await as('a')
  t.same(await client.subscribe(['a/+x']), [0])
})

t.test('P17: keepalive 0 is accepted', async (t) => {
  const { as } = await bareAedes(t)
  await as('a', { keepalive: 0 })
})

t.test('P29: a PUBLISH behind a DISCONNECT is published', async (t) => {
  const { aedes, as } = await bareAedes(t)
  const client = await as('a')
  const published = new Promise<string>((resolve) => {
    aedes.on('publish', ({ topic }) => {
      if (topic === 'a/late') resolve(topic)
    })
  })
  client.send(DISCONNECT, publishPacket('a/late', 'x'))
  t.equal(await published, 'a/late')
})

t.test('P2: a PUBLISH with a bad password is published while the CONNECT is being judged', async (t) => {
  let judge: () => void = () => {}
  let asked: () => void = () => {}
  const judging = new Promise<void>((resolve) => {
    asked = resolve
  })
  const { aedes, open } = await bareAedes(t, {
    preConnect: (_client, _packet, done) => {
      judge = () => done(null, true)
      asked()
    },
    authorizePublish: (_client, _packet, done) => done(null),
  })
  const published = new Promise<string>((resolve) => {
    aedes.on('publish', ({ topic }) => {
      if (topic === 'early') resolve(topic)
    })
  })
  const attacker = await open()
  attacker.send(connectPacket({ clientId: 'a', username: 'a', password: 'wrong' }))
  await judging
  attacker.send(publishPacket('early', 'x'))
  t.equal(await published, 'early')
  judge()
  t.equal(await attacker.connack(), 5)
})
