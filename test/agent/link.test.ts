import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { Link } from '../../agent/link.js'
import { systemClock } from '../../shared/time.js'
import { Core, KeptLog, makeCredential, makeKey, ORG, STATION, startBench } from '../support/agent-bench.js'

const stateTopic = `talos/${ORG}/gs/${STATION}/state`

t.test('G10: on connect it tells info and state, both retained', async (t) => {
  const { core, broker, agent } = await startBench(t)
  const late = await Core.connect(t, broker, (await makeKey()).signing, 'core-late')
  const info = await late.until((h) => h.topic.endsWith('/info'))
  t.match(info.body, {
    version: '0.0.0-test',
    bootId: agent.bootId,
    capabilities: ['rotator'],
    driver: { kind: 'simulated', model: 'Simulated rotator' },
    mount: { azMax: 450 },
  })
  const state = await late.until((h) => h.topic === stateTopic)
  t.match(state.body, { link: 'online', bootId: agent.bootId, plans: [] })
  t.ok(core.heard.length > 0)
})

t.test('G10: the will says offline when the connection dies, and nothing else', async (t) => {
  const { core, broker, agent } = await startBench(t)
  const since = core.heard.length
  broker.dropStation()
  const will = await core.until((h) => h.topic === stateTopic && h.body['link'] === 'offline', since)
  t.same(Object.keys(will.body).sort(), ['bootId', 'link', 'ts'])
  t.equal(will.body['bootId'], agent.bootId)
  await core.until((h) => h.topic === stateTopic && h.body['link'] === 'online', since)
})

t.test('a clean end says goodbye, and takes under 3 s', async (t) => {
  const { core, agent } = await startBench(t)
  const since = core.heard.length
  const begin = performance.now()
  await agent.stop()
  t.ok(performance.now() - begin < 3000)
  await core.until((h) => h.topic === stateTopic && h.body['link'] === 'offline', since)
})

t.test('an end without a broker takes under 3 s too', async (t) => {
  const { agent, broker } = await startBench(t)
  await broker.cut()
  const begin = performance.now()
  await agent.stop()
  t.ok(performance.now() - begin < 3000)
})

/** A broker that takes a connection, answers as long as it is given answers, and never hangs up. */
async function stuckBroker(t: Test, answers: readonly ((packet: Buffer) => Buffer)[]) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  let socket: Socket | undefined
  const taken = once(server, 'connection').then(([given]) => {
    const left = [...answers]
    socket = given as Socket
    socket.on('error', () => {})
    socket.on('data', (packet) => {
      const answer = left.shift()
      if (answer !== undefined) socket?.write(answer(packet))
    })
    return socket
  })
  t.teardown(async () => {
    socket?.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port, taken }
}

const connack = () => Buffer.from([0x20, 2, 0, 0])
/** All three filters are granted; the packet id stands after a remaining length of one byte. */
const suback = (packet: Buffer) => Buffer.from([0x90, 5, packet[2] ?? 0, packet[3] ?? 0, 0, 1, 1])

t.test('a renewal while the subscriptions are asked for waits for no keepalive', async (t) => {
  const { port, taken } = await stuckBroker(t, [connack])
  const credential = makeCredential({ port }, (await makeKey()).pinned)
  let connected: () => void = () => {}
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve
  })
  const link = new Link({
    credential,
    login: {
      presented: { kind: 'key', key: credential.key },
      accepted: () => connected(),
      refused: () => false,
    },
    ca: null,
    backoff: { maxMs: 50, refusedMs: 50 },
    will: () => ({ topic: stateTopic, payload: '{}' }),
    listener: {
      ...{ onUp: () => {}, onDown: () => {}, onFailure: () => {}, onBarred: () => {}, onMessage: () => {} },
    },
    clock: systemClock,
    random: Math.random,
    log: new KeptLog(),
  })
  link.start()
  const socket = await taken
  await isConnected
  const gone = once(socket, 'close')
  const begin = performance.now()
  link.renew()
  await gone
  t.ok(performance.now() - begin < 10_000, 'well before the 45 s of the keepalive')
  await link.stop({ topic: stateTopic, payload: '{}' })
})

for (const [when, answers] of [
  ['while its CONNECT waits for an answer', []],
  ['while the network is dead', [connack, suback]],
] as const)
  t.test(`an end ${when} closes its socket, and takes under 3 s`, async (t) => {
    const { port, taken } = await stuckBroker(t, answers)
    let up: () => void = () => {}
    const isUp = new Promise<void>((resolve) => {
      up = resolve
    })
    const credential = makeCredential({ port }, (await makeKey()).pinned)
    const link = new Link({
      credential,
      login: { presented: { kind: 'key', key: credential.key }, accepted: () => {}, refused: () => false },
      ca: null,
      backoff: { maxMs: 50, refusedMs: 50 },
      will: () => ({ topic: stateTopic, payload: '{}' }),
      listener: { onUp: up, onDown: () => {}, onFailure: () => {}, onBarred: () => {}, onMessage: () => {} },
      clock: systemClock,
      random: Math.random,
      log: new KeptLog(),
    })
    link.start()
    const socket = await taken
    await once(socket, 'data')
    if (answers.length > 0) await isUp
    const gone = once(socket, 'close')
    const begin = performance.now()
    await link.stop({ topic: stateTopic, payload: '{}' })
    await gone
    t.ok(performance.now() - begin < 3000)
  })

t.test('G9: a refused credential is said, and not tried again before its time', async (t) => {
  const { broker, log, core } = await startBench(t, { reconnect: { maxMs: 50, refusedMs: 700 } })
  broker.connack = 5
  const since = log.lines.length
  const before = broker.connects
  broker.dropStation()
  const line = await log.until(/^not connected: not authorized/, since)
  t.equal(line.level, 'error')
  const at = performance.now()
  const heard = core.heard.length
  broker.connack = 0
  await core.until((h) => h.topic === stateTopic && h.body['link'] === 'online', heard)
  t.ok(performance.now() - at > 600, 'it waited')
  t.equal(broker.connects, before + 2)
})

t.test('B19: a broker that cannot ask its database is tried again soon', async (t) => {
  const { broker, log, core } = await startBench(t, { reconnect: { maxMs: 50, refusedMs: 3_600_000 } })
  broker.connack = 3
  const since = log.lines.length
  broker.dropStation()
  await log.until(/^not connected: .*unavailable/, since)
  const heard = core.heard.length
  broker.connack = 0
  await core.until((h) => h.topic === stateTopic && h.body['link'] === 'online', heard)
})

t.test('telemetry carries a rising number, the state at most two a second', async (t) => {
  const { core } = await startBench(t)
  await core.ack(await core.command({ op: 'move', args: { az: 200, el: 50 } }), 'done')
  await core.ack(await core.command({ op: 'move', args: { az: 180, el: 45 } }), 'done')
  const numbers = core.heard.filter((h) => h.topic.endsWith('/rot')).map((h) => h.body['seq'] as number)
  t.same(
    numbers,
    [...numbers].sort((a, b) => a - b),
  )
  const states = core.heard.filter((h) => h.topic === stateTopic).map((h) => h.at)
  for (const [i, at] of states.entries()) {
    const before = states[i - 2]
    if (before !== undefined) t.ok(at - before > 500, `${at - before} ms between three states`)
  }
})

t.test('what the core asks to read anew is told anew', async (t) => {
  const { core } = await startBench(t)
  const since = core.heard.length
  await core.publish('talos/system/refresh', JSON.stringify({ ts: new Date().toISOString(), what: 'config' }))
  await core.until((h) => h.topic.endsWith('/info'), since)
  await core.until((h) => h.topic === stateTopic, since)
})

t.test('G8: with the link gone past the deadline the antenna parks', async (t) => {
  const { core, broker, log, mend } = await startBench(t, { onLinkLoss: { action: 'park', afterS: 1 } })
  await core.ack(await core.command({ op: 'move', args: { az: 200, el: 50 } }), 'done')
  await broker.cut()
  await log.until(/^the link is gone$/)
  const since = core.heard.length
  await mend()
  await core.until((h) => h.body['state'] === 'parked', since)
})

t.test('a packet without an end is cut off before it fills the memory', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  let sent = 0
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      // CONNACK, then a PUBLISH of the 256 MiB that MQTT allows.
      socket.write(Buffer.from([0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f]))
      const chunk = Buffer.alloc(64 * 1024)
      const more = () => {
        while (!socket.destroyed && sent < 2 ** 28) {
          sent += chunk.length
          if (!socket.write(chunk)) return void socket.once('drain', more)
        }
      }
      more()
    })
  })
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  const credential = makeCredential(
    { port: (server.address() as AddressInfo).port },
    (await makeKey()).pinned,
  )
  let failed: (reason: string) => void = () => {}
  const failure = new Promise<string>((resolve) => {
    failed = resolve
  })
  const link = new Link({
    credential,
    login: { presented: { kind: 'key', key: credential.key }, accepted: () => {}, refused: () => false },
    ca: null,
    backoff: { maxMs: 60_000, refusedMs: 60_000 },
    will: () => ({ topic: stateTopic, payload: '{}' }),
    listener: {
      ...{ onUp: () => {}, onDown: () => {}, onFailure: failed, onBarred: () => {}, onMessage: () => {} },
    },
    clock: systemClock,
    random: Math.random,
    log: new KeptLog(),
  })
  link.start()
  t.match(await failure, /a packet of more than/)
  t.ok(sent < 32 * 1024 * 1024, `${sent} bytes`)
  await link.stop({ topic: stateTopic, payload: '{}' })
})
