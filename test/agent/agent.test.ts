import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { runAgent } from '../../agent/agent.js'
import { type CommandRequest, signCommand, signPlan } from '../../shared/signed.js'
import { iso, systemClock } from '../../shared/time.js'
import { KeptLog, makeConfig, makeCredential, makeKey, makePlan, tempDir } from '../support/agent-bench.js'
import { DIRECTOR, keyOf, ORG, STATION, startWorld, topicOf } from '../support/broker.js'
import { MOUNT } from '../support/mounts.js'
import { publishPacket } from '../support/raw-mqtt.js'
import { HostileRotctld } from '../support/simulators/hostile-rotctld.js'

/** An agent on our own broker, with all its rules of who may say what. */
async function agentOnBroker(t: Test) {
  const world = await startWorld(t)
  const { signing, pinned } = await makeKey()
  const log = new KeptLog()
  const config = makeConfig(await tempDir(t))
  const agent = await runAgent(config, {
    credential: { ...makeCredential(world, pinned), org: ORG, stationId: STATION, key: keyOf(STATION) },
    version: '0.0.0-test',
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    log,
  })
  t.teardown(() => agent.stop())
  const heard = (kind: string, test: (body: Record<string, unknown>) => boolean) =>
    world.until(() =>
      world.messages.some((m) => m.kind === kind && test(m.message as unknown as Record<string, unknown>)),
    )
  return { world, agent, log, config, signing, heard }
}

t.test('B3 B22: our own broker refuses nothing that the agent does', async (t) => {
  const { world, agent, log, signing, heard } = await agentOnBroker(t)
  await heard('info', () => true)
  await heard('state', (body) => body['link'] === 'online')
  await heard('telemetry', (body) => body['az'] !== null)
  const iat = Date.now() / 1000
  const claims = { iss: 'talos-core', aud: STATION, iat, exp: iat + 5 } as const
  const plan = makePlan({ inS: 0.2, lengthS: 1 })
  const director = await world.as(DIRECTOR)
  const upload = { ...claims, jti: randomUUID(), seq: 1, op: 'plan', plan } as const
  const topic = topicOf(STATION, `plan/${plan.contactId}`)
  director.send(publishPacket(topic, await signPlan(upload, signing), { qos: 1 }))
  await heard('ack', (body) => body['jti'] === upload.jti && body['result'] === 'accepted')
  await heard('ack', (body) => body['jti'] === upload.jti && body['receipt'] !== undefined)
  const request: CommandRequest = { op: 'move', args: { az: 200, el: 50 } }
  const command = { ...claims, ...request, jti: randomUUID(), seq: 2 }
  world.broker.publish(topicOf(STATION, 'cmd/rot'), await signCommand(command, signing))
  await heard('ack', (body) => body['jti'] === command.jti && body['result'] === 'done')
  await agent.stop()
  await heard('state', (body) => body['link'] === 'offline')
  t.same(world.refusals, [])
  t.equal(log.lines.filter((line) => line.level !== 'info').length, 0)
})

t.test('stopping twice is stopping once, and leaves nothing half-written', async (t) => {
  const { agent, config } = await agentOnBroker(t)
  await Promise.all([agent.stop(), agent.stop()])
  t.notOk((await readdir(config.dataDir, { recursive: true })).some((name) => String(name).endsWith('.tmp')))
})

t.test(
  'G8: at the end the rotator is stopped before anything waits for a server that does not answer',
  async (t) => {
    const rotctld = await HostileRotctld.start(t, { az: 180, el: 45 }, 6)
    const asked: ServerResponse[] = []
    const silent = createServer((_request, response) => void asked.push(response)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const { pinned } = await makeKey()
    const driver = { kind: 'rotctld', host: '127.0.0.1', port: rotctld.port }
    const agent = await runAgent(makeConfig(await tempDir(t), { driver, mount: MOUNT }), {
      credential: {
        ...makeCredential({ port: 1 }, pinned),
        url: `http://127.0.0.1:${port}`,
        keyRenewAt: iso(0),
      },
      version: '0.0.0-test',
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      log: new KeptLog(),
    })
    if (asked.length === 0) await once(silent, 'request')
    const ending = agent.stop()
    const isStopped = () => rotctld.told.some(({ line }) => line === '+\\stop')
    while (!isStopped()) await new Promise((resolve) => setTimeout(resolve, 5))
    t.notOk(
      asked.some((response) => response.writableEnded),
      'the server has still not answered',
    )
    for (const response of asked) response.destroy()
    silent.closeAllConnections()
    await ending
    silent.close()
  },
)
