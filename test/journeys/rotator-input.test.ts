import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { CompactSign, generateKeyPair } from 'jose'
import { connectAsync } from 'mqtt'
import t, { type Test } from 'tap'
import { type Ack, ackSchema, type Plan } from '../../shared/messages.js'
import { PLAN_TYP, type SigningKey } from '../../shared/signed.js'
import { parseTopic, topics } from '../../shared/topics.js'
import { makePlan } from '../support/agent-bench.js'
import { ORG, type TestCore, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { agentConfig, rotctldPort } from './antenna.js'
import { eventually, runTalos, talos } from './programs.js'

/** Stands between agent and rotctld and keeps every line that goes to the rotator. */
async function recordingProxy(t: Test, port: number): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((agent) => {
    const rotator = connect({ host: '127.0.0.1', port })
    let rest = ''
    agent.on('data', (chunk) => {
      const whole = (rest + chunk.toString('latin1')).split('\n')
      rest = whole.pop() ?? ''
      lines.push(...whole)
      rotator.write(chunk)
    })
    rotator.pipe(agent)
    for (const socket of [agent, rotator]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => [agent, rotator].map((both) => both.destroy()))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as { port: number }).port, lines }
}

const QUESTIONS = ['+\\get_pos', '+\\stop', '+\\dump_state', '+\\get_info']
/** What a rotator was told beyond questions and stops. */
const motions = (lines: readonly string[]) => lines.filter((line) => !QUESTIONS.includes(line))

/** JSON has no such number; a reader makes Infinity of it. */
const BEYOND = '<1e400>'
const jsonOf = (value: unknown) => JSON.stringify(value).replaceAll(`"${BEYOND}"`, '1e400')

/** The lines of the ISS, with `text` in columns `from` to `to` of a line, and a checksum that fits. */
function brokenTle(line: 1 | 2, from: number, to: number, text: string): string {
  const lines = [
    '1 25544U 98067A   26127.50000000  .00016717  00000+0  10270-3 0  999',
    '2 25544  51.6400 208.9163 0006317  69.9862  25.2906 15.4968000012345',
  ]
  const changed = lines.map((good, i) =>
    i + 1 === line
      ? good.slice(0, from - 1) + text.padEnd(to - from + 1).slice(0, to - from + 1) + good.slice(to)
      : good,
  )
  const digit = (c: string) => (c === '-' ? 1 : /\d/.test(c) ? Number(c) : 0)
  const sum = (body: string) => [...body].reduce((total, c) => total + digit(c), 0) % 10
  return ['ISS (ZARYA)', ...changed.map((body) => body + sum(body))].join('\n')
}

interface World {
  readonly core: TestCore
  readonly stationId: string
  readonly lines: string[]
}

/** A core, a station that is enrolled and online, the real rotctld, and the proxy between the two. */
async function world(t: Test, rotctld: number): Promise<World> {
  const core = await testCore(t)
  const { port, lines } = await recordingProxy(t, rotctld)
  const config = agentConfig(path.join(temporaryDirectory(t), 'agent'), port, 'Proxied', {
    lat: 52,
    lon: 4.4,
  })
  const token = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Proxied' })
  await talos(['agent', 'enroll', token.body.enrollUrl, '--config', config])
  const agent = await runTalos(t, ['agent', 'run', '--config', config])
  t.teardown(() => agent.end('SIGTERM'))
  const station = await eventually('the station is online', 20_000, async () => {
    const { body } = await core.owner.api('GET', `/orgs/${ORG}/stations`)
    return body.items.find((item: { online: boolean }) => item.online) ?? null
  })
  await eventually('the agent reads the rotator', 20_000, () => (lines.includes('+\\get_pos') ? true : null))
  return { core, stationId: station.id, lines }
}

async function tryCommands(t: Test, { core, stationId }: World): Promise<void> {
  const send = (body: string) => core.owner.api('POST', `/orgs/${ORG}/stations/${stationId}/commands`, body)
  const good = { az: 10, el: 20 }
  const nasty = ['nan', 'NaN', null, BEYOND, 1e9, '10\nP nan nan', '0x10', '', true, [10], {}]
  for (const field of ['az', 'el'])
    for (const value of nasty) {
      const text = jsonOf({ op: 'move', args: { ...good, [field]: value } })
      const { status, body } = await send(text)
      t.match({ status, body }, { status: 400, body: { code: 'invalid_request' } }, text)
      t.equal(body.errors[0].pointer, `/args/${field}`, `${field} is named`)
    }
  const others = {
    '/args/el': { op: 'move', args: { az: 10 } },
    '/args/speed': { op: 'move', args: { ...good, speed: 100 } },
    '/op': { op: 'P nan nan', args: good },
    '/args/azMax': { op: 'limits', args: { azMin: 0, azMax: null, elMin: 0, elMax: 90 } },
  }
  for (const [pointer, request] of Object.entries(others)) {
    const { status, body } = await send(jsonOf(request))
    t.match({ status, body }, { status: 400, body: { errors: [{ pointer }] } }, `${pointer} is named`)
  }
  const noJson = await send('{"op":"move","args":{"az":NaN,"el":NaN}}')
  t.match(noJson, { status: 400, body: { code: 'invalid_request', detail: /JSON/ } }, 'NaN itself is no JSON')
}

/** What a thief of core's key and of the director's could say: signed, and wrong. */
async function tryPlans(t: Test, { core, stationId }: World): Promise<void> {
  const password = core.director().options.bearer ?? ''
  const director = await connectAsync(core.mqttUrl, {
    ...{ protocolVersion: 4, reconnectPeriod: 0, clientId: `svc_director:${process.pid}` },
    ...{ username: 'svc_director', password },
  })
  t.teardown(() => director.endAsync(true))
  const acks: Ack[] = []
  director.on('message', (topic, payload) => {
    if (parseTopic(topic)?.kind === 'ack') acks.push(ackSchema.parse(JSON.parse(payload.toString())))
  })
  await director.subscribeAsync(topics.ack(ORG, stationId, '+'), { qos: 1 })
  const ours = core.context.signingKeys.current()
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  let seq = 0
  const publish = async (
    plan: { readonly contactId: string; readonly [field: string]: unknown },
    key: SigningKey,
  ): Promise<Ack> => {
    const iat = Date.now() / 1000
    const jti = randomUUID()
    const message = {
      iss: 'talos-core',
      aud: stationId,
      jti,
      seq: ++seq,
      iat,
      exp: iat + 600,
      op: 'plan',
      plan,
    }
    const jws = await new CompactSign(new TextEncoder().encode(jsonOf(message)))
      .setProtectedHeader({ alg: 'EdDSA', typ: PLAN_TYP, kid: key.kid })
      .sign(key.privateKey)
    await director.publishAsync(topics.plan(ORG, stationId, plan.contactId), jws, { qos: 1 })
    return await eventually(
      'an answer to the plan',
      10_000,
      () => acks.find((ack) => ack.jti === jti) ?? null,
    )
  }
  const fresh = (): Plan => makePlan({ inS: 60, lengthS: 10 })
  const at = (list: readonly number[], i: number, value: unknown) =>
    list.map((old, k) => (k === i ? value : old))
  const broken: [string, (plan: Plan) => object][] = [
    ['/plan/az/3', (plan) => ({ az: at(plan.az, 3, null) })],
    ['/plan/az/3', (plan) => ({ az: at(plan.az, 3, BEYOND) })],
    ['/plan/el/0', (plan) => ({ el: at(plan.el, 0, 'nan') })],
    ['/plan/prepassAz', () => ({ prepassAz: null })],
    ['/plan/dtMs', () => ({ dtMs: 0 })],
    ['/plan/aos', () => ({ aos: 'now' })],
    ['/plan/omm/MEAN_MOTION', (plan) => ({ omm: { ...plan.omm, MEAN_MOTION: 'garbage' } })],
    ['/plan/onEnd', () => ({ onEnd: 'P nan nan' })],
  ]
  for (const [pointer, wrong] of broken) {
    const plan = fresh()
    const ack = await publish({ ...plan, ...wrong(plan) }, ours)
    t.match(ack, { result: 'rejected', code: 'malformed' }, `${jsonOf(wrong(plan)).slice(0, 60)} is refused`)
    t.match(ack.detail, `${pointer}: `, `${pointer} is named`)
    const asked = await core
      .director()
      .api(
        'POST',
        `/orgs/${ORG}/contacts/${plan.contactId}/plan`,
        jsonOf({ plan: { ...plan, ...wrong(plan) } }),
      )
    t.match(asked, { status: 400, body: { errors: [{ pointer }] } }, 'nor does core sign it')
  }
  const beyond = fresh()
  const far = await publish({ ...beyond, az: beyond.az.map((az) => az + 400) }, ours)
  t.match(far, { result: 'rejected', code: 'out_of_limits', detail: /az \d+/ }, 'numbers beyond the mount')
  const forged = await publish(fresh(), { kid: ours.kid, privateKey })
  t.match(forged, { result: 'rejected', code: 'signature_invalid' }, 'a key that is not the pinned one')
  for (const text of ['P nan nan\n', 'P.nan.nan'])
    await director.publishAsync(topics.plan(ORG, stationId, fresh().contactId), text, { qos: 1 })
}

async function tryElements(t: Test, { core }: World): Promise<void> {
  const load = (text: string) => core.owner.api('POST', '/elements/import', { source: 'upload:broken', text })
  const tles: [string, string][] = [
    ['INCLINATION', brokenTle(2, 9, 16, '     nan')],
    ['ECCENTRICITY', brokenTle(2, 27, 33, 'garbage')],
    ['MEAN_MOTION', brokenTle(2, 53, 63, 'Infinity')],
    ['MEAN_ANOMALY', brokenTle(2, 44, 51, '25,2906')],
    ['EPOCH', brokenTle(1, 19, 32, '26400.50000000')],
    ['BSTAR', brokenTle(1, 54, 61, ' 1e400-3')],
  ]
  for (const [field, text] of tles) {
    const { status, body } = await load(text)
    const refused = [{ code: 'elements_invalid', where: new RegExp(field) }]
    const what = `a TLE with garbage in ${field}: ${body.refused?.[0]?.detail}`
    t.match({ status, body }, { status: 200, body: { imported: 0, refused } }, what)
  }
  const omm = { ...makePlan({ inS: 60, lengthS: 10 }).omm }
  const sets: [string, unknown][] = [
    ['MEAN_MOTION', null],
    ['INCLINATION', 'nan'],
    ['ECCENTRICITY', BEYOND],
    ['NORAD_CAT_ID', '25544; P nan nan'],
  ]
  for (const [field, value] of sets) {
    const { body } = await load(jsonOf([{ ...omm, [field]: value }]))
    t.match(body.refused?.[0]?.where, field, `an OMM with ${field} ${value}: ${body.refused?.[0]?.detail}`)
  }
  const { body } = await core.owner.api('GET', '/satellites')
  t.same(body.items, [], 'nothing of it is a satellite')
}

t.test('G1: nothing but numbers within the limits reaches the rotator, whoever sends what', async (t) => {
  const rotctld = await rotctldPort(t)
  if (rotctld === null) return
  const all = await world(t, rotctld)
  await tryCommands(t, all)
  await tryPlans(t, all)
  await tryElements(t, all)
  t.same(motions(all.lines), [], `of ${all.lines.length} lines to rotctld none moves it`)

  const move = { op: 'move', args: { az: 12.345678, el: 20 } }
  const commands = `/orgs/${ORG}/stations/${all.stationId}/commands`
  const { status, body } = await all.core.owner.api('POST', commands, move)
  t.equal(status, 200, JSON.stringify(body))
  const moved = await eventually('the move reaches rotctld', 5000, () => motions(all.lines)[0] ?? null)
  t.equal(moved, '+\\set_pos 12.35 20.00', 'a good command does, as fixed-point text')
})
