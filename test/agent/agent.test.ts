import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { runAgent } from '../../agent/agent.js'
import { type CommandRequest, signCommand, signPlan } from '../../shared/signed.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, makeConfig, makeCredential, makeKey, makePlan, tempDir } from '../support/agent-bench.js'
import { DIRECTOR, keyOf, ORG, STATION, startWorld, topicOf } from '../support/broker.js'
import { publishPacket } from '../support/raw-mqtt.js'

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
