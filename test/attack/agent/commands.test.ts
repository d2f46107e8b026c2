/**
 * Someone holds core's signing key, or the broker, or both ends of the rotator's socket. Whatever he sends, only
 * fixed-point numbers inside the local limits reach the rotator.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign } from 'jose'
import t, { type Test } from 'tap'
import { COMMAND_TYP, PLAN_TYP } from '../../../shared/signed.js'
import { topics } from '../../../shared/topics.js'
import { makePlan, ORG, STATION, startBench } from '../../support/agent-bench.js'
import { fakeRotctld, honest, startRotctld } from '../../support/rotctld.js'

const MOUNT = {
  azMin: 0,
  azMax: 360,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 6,
  beamwidth: 20,
  parkAz: 0,
  parkEl: 0,
  keepOut: [{ azFrom: 100, azTo: 150, elBelow: 40 }],
}

/** Becomes the number 1e400 in the JSON text, which a reader takes for Infinity. */
const RAW_INFINITY = '<1e400>'

const ALLOWED = /^\+\\(?:get_pos|stop|dump_state|get_info|set_pos (\d{1,3}\.\d{2}) (\d{1,2}\.\d{2}))$/

/** What is forbidden among the lines that a rotator was sent. */
const forbidden = (lines: readonly string[]): string[] =>
  lines.filter((line) => {
    const match = ALLOWED.exec(line)
    if (match === null) return true
    const [az, el] = [Number(match[1] ?? 0), Number(match[2] ?? 0)]
    return az > 360 || el > 90 || (match[1] !== undefined && az >= 100 && az <= 150 && el < 40)
  })

async function world(t: Test) {
  const daemon = await fakeRotctld(t, honest)
  const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port }, mount: MOUNT })
  let seq = 1000
  /** Signs anything at all with the pinned key: what a thief of the key would do. */
  const forge = async (payload: object, typ = COMMAND_TYP) => {
    const iat = Date.now() / 1000
    const claims = { iss: 'talos-core', aud: STATION, jti: randomUUID(), seq: ++seq, iat, exp: iat + 5 }
    const body = JSON.stringify({ ...claims, ...payload }).replaceAll(`"${RAW_INFINITY}"`, '1e400')
    const jws = await new CompactSign(new TextEncoder().encode(body))
      .setProtectedHeader({ alg: 'EdDSA', typ, kid: bench.core.key.kid })
      .sign(bench.core.key.privateKey)
    return { jws, jti: claims.jti }
  }
  const send = async (payload: object) => {
    const { jws, jti } = await forge(payload)
    await bench.core.publish(topics.command(ORG, STATION, 'rot'), jws)
    return bench.core.ack(jti)
  }
  return { daemon, bench, forge, send }
}

t.test('G1: `P nan nan`, {"az":null}, infinities and their cousins never reach the socket', async (t) => {
  const { daemon, send } = await world(t)
  const nasty: unknown[] = [
    null,
    'nan',
    'NaN',
    'Infinity',
    '10\nP nan nan',
    '10.00 20.00\n+\\set_pos nan nan',
    RAW_INFINITY,
    1e21,
    361,
    -0.01,
    [10],
    { valueOf: 10 },
    true,
    '',
    '0x10',
    undefined,
  ]
  for (const value of nasty) {
    t.match(await send({ op: 'move', args: { az: value, el: 10 } }), { result: 'rejected' }, String(value))
    t.match(await send({ op: 'move', args: { az: 10, el: value } }), { result: 'rejected' }, String(value))
  }
  t.match(await send({ op: 'move', args: { az: 10, el: 10, cmd: 'C serial_speed' } }), { code: 'malformed' })
  t.match(await send({ op: 'set_conf', args: { max_az: 720 } }), { code: 'unknown_op' })
  t.match(await send({ op: 'move', args: { az: 120, el: 39.994 } }), { code: 'keep_out' })
  t.match(await send({ op: 'move', args: { az: 10, el: 30 } }), { result: 'accepted' })
  t.same(forbidden(daemon.lines), [])
  t.ok(daemon.lines.some((line) => line.startsWith('+\\set_pos')))
})

t.test('G2: no command widens what the local file allows', async (t) => {
  const { bench, forge } = await world(t)
  const config = async (payload: object) => {
    const { jws, jti } = await forge(payload)
    await bench.core.publish(topics.command(ORG, STATION, 'config'), jws)
    return (await bench.core.ack(jti)).code
  }
  const limits = { azMin: 0, azMax: 360, elMin: 0, elMax: 90 }
  t.equal(await config({ op: 'limits', args: { ...limits, azMax: 361 } }), 'looser_than_local')
  t.equal(await config({ op: 'limits', args: { ...limits, elMin: -1 } }), 'looser_than_local')
  t.equal(await config({ op: 'limits', args: { ...limits, azMin: 300, azMax: 100 } }), 'looser_than_local')
  t.equal(await config({ op: 'limits', args: { ...limits, keepOut: [] } }), 'malformed')
  t.equal(await config({ op: 'limits', args: { ...limits, azMax: null } }), 'malformed')
})

t.test('B17: algorithms and types that are not ours are no signatures', async (t) => {
  const { bench, forge } = await world(t)
  const topic = topics.command(ORG, STATION, 'rot')
  const { jws } = await forge({ op: 'move', args: { az: 10, el: 10 } })
  const [, body = '', signature = ''] = jws.split('.')
  const header = (h: object) => Buffer.from(JSON.stringify(h)).toString('base64url')
  const jtiOf = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()).jti as string
  const bad = [
    `${header({ alg: 'none', typ: COMMAND_TYP, kid: bench.core.key.kid })}.${body}.`,
    `${header({ alg: 'HS256', typ: COMMAND_TYP, kid: bench.core.key.kid })}.${body}.${signature}`,
    `${header({ alg: 'EdDSA', typ: COMMAND_TYP, kid: 'another-key' })}.${body}.${signature}`,
    `${header({ alg: 'EdDSA', typ: COMMAND_TYP, kid: bench.core.key.kid, jwk: {} })}.${body}.${signature}`,
    (await forge({ op: 'move', args: { az: 10, el: 10 } }, PLAN_TYP)).jws,
  ]
  for (const text of bad) {
    const since = bench.core.heard.length
    await bench.core.publish(topic, text)
    const jti = jtiOf(text.split('.')[1] ?? '')
    const heard = await bench.core.until((h) => h.topic.endsWith(jti), since)
    t.match(heard.body, { result: 'rejected', code: 'signature_invalid' })
  }
})

t.test('G5: a flood of garbage is answered within bounds, and the stop still comes through', async (t) => {
  const { bench, daemon } = await world(t)
  const topic = topics.command(ORG, STATION, 'rot')
  const stranger = Buffer.from(JSON.stringify({ jti: 'message-00000001', op: 'move' })).toString('base64url')
  await Promise.all(
    Array.from({ length: 2000 }, (_, i) =>
      bench.core.publish(topic, i % 2 === 0 ? 'x'.repeat(i) : `e30.${stranger}.AA`),
    ),
  )
  const stop = await bench.core.command({ op: 'stop', args: {} })
  await bench.core.ack(stop, 'done')
  t.ok(daemon.lines.includes('+\\stop'))
  const answers = bench.core.heard.filter((h) => h.topic.endsWith('message-00000001')).length
  t.ok(answers <= 50, `${answers} answers to 2000 messages`)
})

t.test(
  'design 8: any sequence of signed orders, sane or not, moves the real rotctld only where it may',
  async (t) => {
    const daemon = await startRotctld(t)
    if (daemon === null) return
    const bench = await startBench(t, { driver: { kind: 'rotctld', port: daemon.port }, mount: MOUNT })
    const angle = fc.oneof(
      fc.double({ min: -30, max: 400, noNaN: true }),
      fc.constantFrom(0, 360, 90, 100, 150, 39.99, 40, 450, -180),
    )
    const order = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          op: fc.constant('move' as const),
          args: fc.record({ az: angle, el: angle.map((a) => a / 3) }),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ op: 'stop' as const, args: {} }) },
      { weight: 1, arbitrary: fc.constant({ op: 'park' as const, args: {} }) },
      { weight: 1, arbitrary: fc.constant({ op: 'release' as const, args: {} }) },
    )
    for (const request of fc.sample(order, { numRuns: 120, seed: 7 }))
      await bench.core.ack(await bench.core.command(request))
    const readings = bench.core.heard.filter((h) => h.topic.endsWith('/rot') && h.body['az'] !== null)
    const wrong = readings.filter(({ body }) => {
      const [az, el] = [body['az'] as number, body['el'] as number]
      return az < 0 || az > 360 || el < 0 || el > 90 || (az >= 100 && az <= 150 && el < 39.5)
    })
    t.same(wrong, [])
    t.equal(bench.core.heard.filter((h) => h.body['result'] === 'accepted').length > 20, true)
  },
)

t.test('a plan from a thief of the key is still a plan inside the limits, or none', async (t) => {
  const { bench, forge, daemon } = await world(t)
  const base = makePlan({ inS: 0.3, lengthS: 1, az: () => 10, el: () => 10 })
  const send = async (change: object) => {
    const contactId = `contact-${randomUUID()}`
    const { jws, jti } = await forge({ op: 'plan', plan: { ...base, contactId, ...change } }, PLAN_TYP)
    await bench.core.publish(topics.plan(ORG, STATION, contactId), jws)
    return (await bench.core.ack(jti)).code
  }
  const n = base.az.length
  const row = (value: unknown) => Array.from({ length: n }, () => value)
  t.equal(await send({ az: row(null) }), 'malformed')
  t.equal(await send({ el: row('nan') }), 'malformed')
  t.equal(await send({ az: row(10).slice(1) }), 'malformed')
  t.equal(await send({ az: row(1e9) }), 'malformed')
  t.equal(await send({ az: row(400) }), 'out_of_limits')
  t.equal(await send({ az: row(120) }), 'keep_out')
  t.equal(await send({ az: row(0).map((_, i) => (i % 2) * 300) }), 'rate_exceeded')
  t.equal(await send({ dtMs: 0 }), 'malformed')
  t.equal(await send({ prepassAz: 120 }), 'keep_out')
  t.equal(await send({ contactId: '../../etc/passwd' }), 'malformed')
  t.same(forbidden(daemon.lines), [])
})
