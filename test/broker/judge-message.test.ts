import fc from 'fast-check'
import t from 'tap'
import {
  assertCoreMessage,
  decodeJson,
  judgeCoreMessage,
  judgePlan,
  judgeStationMessage,
} from '../../broker/judge-message.js'
import type { Capability } from '../../shared/capabilities.js'
import { PLAN_BYTES } from '../../shared/messages.js'
import { type ParsedTopic, parseTopic } from '../../shared/topics.js'
import { ack, BOOT, ORG, onlineState, STATION, telemetry, topicOf } from '../support/broker.js'
import { MOUNT } from '../support/mounts.js'

const at = (rest: string) => parseTopic(topicOf(STATION, rest)) as ParsedTopic
const judge = (
  rest: string,
  payload: string | Buffer,
  capabilities: readonly Capability[] = ['rotator', 'rig'],
) => judgeStationMessage(at(rest), Buffer.from(payload), capabilities)

t.test('a message that fits its schema passes, parsed', async (t) => {
  t.match(judge('state', onlineState()), { ok: true, message: { link: 'online' } })
  t.match(judge('telemetry/rot', telemetry(7)), { ok: true, message: { seq: 7 } })
  t.match(judge('ack/command-0001', ack('command-0001')), { ok: true, message: { result: 'accepted' } })
})

t.test('E14: a station says no more than it is for', async (t) => {
  const ts = '2026-01-01T00:00:00.000Z'
  const rig = JSON.stringify({
    ...{ ts, seq: 1, downlinkHz: 145_800_000, uplinkHz: null, mode: 'FM', dialHz: 0, rprt: 0 },
  })
  t.match(judge('telemetry/rig', rig, ['rotator']), {
    ok: false,
    code: 'capability_denied',
    detail: /not for rig/,
  })
  t.match(judge('telemetry/rot', telemetry(7), ['rig']), { ok: false, code: 'capability_denied' })
  t.match(judge('telemetry/rig', rig, ['rig']), { ok: true })
  t.match(judge('telemetry/rot', telemetry(7), ['rotator']), { ok: true })

  const said = {
    ...{ ts, version: '0.1.0', bootId: BOOT, driver: { kind: 'simulated', model: 'x' }, mount: MOUNT },
    ...{ keyIssuedAt: ts },
  }
  const both = JSON.stringify({ ...said, capabilities: ['rotator', 'rig'] })
  t.match(judge('info', both), { ok: true, payload: undefined })
  const cut = judge('info', both, ['rotator'])
  if (!cut.ok || cut.payload === undefined) return t.fail('it was not cut')
  t.same(JSON.parse(cut.payload.toString()), { ...said, capabilities: ['rotator'] })
  t.match(judge('info', cut.payload, ['rotator']), { ok: true, payload: undefined })
})

t.test('B12: what the payload says of itself must agree with the topic', async (t) => {
  t.match(judge('ack/command-0001', ack('command-0002')), { ok: false, code: 'malformed', detail: /jti/ })
  const receipt = {
    ...{ contactId: 'contact-0002', seq: 1, hash: 'a'.repeat(64), outcome: 'completed', code: null },
    ...{ startedAt: null, endedAt: '2026-01-01T00:00:00.000Z', onTargetS: 1, trackedS: 1, rmsErrDeg: 0 },
    ...{ maxErrDeg: 0, autonomyS: 0, samples: [] },
  }
  t.match(judge('ack/command-0001', ack('command-0001', { receipt, contactId: 'contact-0001' })), {
    ok: false,
  })
  t.match(judge('ack/command-0001', ack('command-0001', { receipt, contactId: 'contact-0002' })), {
    ok: true,
  })
})

t.test('what does not fit is malformed, and says where', async (t) => {
  const bad: [string, string | Buffer][] = [
    ['telemetry/rot', '{}'],
    ['telemetry/rot', ''],
    ['telemetry/rot', 'null'],
    ['telemetry/rot', telemetry().replace('"az":10', '"az":null,"extra":1')],
    ['telemetry/rot', telemetry().replace('"az":10', '"az":NaN')],
    ['telemetry/rot', telemetry().replace('"az":10', '"az":1e999')],
    ['telemetry/rot', telemetry().replace('"az":10', '"az":"10"')],
    ['telemetry/rot', `\ufeff${telemetry()}`],
    ['telemetry/rot', Buffer.concat([Buffer.from(telemetry()), Buffer.from([0xff])])],
    ['telemetry/rot', telemetry().replace('{', '{"__proto__":{"az":1},')],
    ['state', telemetry()],
    ['state', onlineState({ stationId: 'station-bbbb-0001' })],
    ['info', onlineState()],
  ]
  for (const [rest, payload] of bad)
    t.match(judge(rest, payload), { ok: false, code: 'malformed' }, `${rest} ${payload}`)
})

t.test('a station may say nothing but info, state, telemetry and acks', async (t) => {
  for (const rest of ['cmd/rot', 'plan/contact-0001'])
    t.match(judge(rest, '{}'), { ok: false, code: 'publish_denied' })
})

t.test('P12: a payload that is too long is refused before it is parsed', async (t) => {
  t.match(judge('telemetry/rot', `${telemetry()}${' '.repeat(5000)}`), {
    ok: false,
    code: 'payload_too_large',
  })
  t.match(judge('state', `${onlineState()}${' '.repeat(70_000)}`), { ok: false, code: 'payload_too_large' })
})

t.test('a plan is a compact JWS of bounded length', async (t) => {
  t.match(judgePlan(Buffer.from('aa.bb.c-_')), { ok: true })
  t.match(judgePlan(Buffer.from(`a.${'b'.repeat(PLAN_BYTES - 4)}.c`)), { ok: true })
  t.match(judgePlan(Buffer.from(`a.${'b'.repeat(PLAN_BYTES)}.c`)), { ok: false, code: 'payload_too_large' })
  for (const text of ['', '{}', 'a.b', 'a..b', 'a.b.c.d', 'a.b.c\n', 'a.b=.c', 'a.b.ü'])
    t.match(judgePlan(Buffer.from(text)), { ok: false, code: 'malformed' }, JSON.stringify(text))
})

t.test('B26: core says nothing that its readers would refuse', async (t) => {
  const refresh: ParsedTopic = { kind: 'refresh' }
  const ts = '2026-01-01T00:00:00.000Z'
  t.match(judgeCoreMessage(refresh, Buffer.from(JSON.stringify({ ts, what: 'keys' }))), { ok: true })
  t.match(judgeCoreMessage(refresh, Buffer.from(JSON.stringify({ ts, what: 'all' }))), { ok: false })
  t.match(judgeCoreMessage(at('cmd/rot'), Buffer.from('a.b.c')), { ok: true })
  t.match(judgeCoreMessage(at('cmd/rot'), Buffer.from('{"az":1}')), { ok: false })
  t.match(judgeCoreMessage(at('state'), Buffer.from(onlineState())), { ok: false, code: 'publish_denied' })
  t.match(judgeCoreMessage(at('plan/contact-0001'), Buffer.from('a.b.c')), { ok: true })
  t.match(judgeCoreMessage(at('plan/contact-0001'), Buffer.from('{}')), { ok: false, code: 'malformed' })
  t.match(judgeCoreMessage({ kind: 'contact', org: ORG, contactId: 'contact-0001' }, Buffer.from('{}')), {
    ok: false,
    code: 'malformed',
  })
  t.throws(() => assertCoreMessage(refresh, Buffer.from('{}')), { code: 'malformed' })
})

t.test('decodeJson never throws', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      decodeJson(bytes)
      return true
    }),
  )
  t.equal(decodeJson(Buffer.from('{')), undefined)
  t.same(decodeJson(Buffer.from('{"a":1}')), { a: 1 })
})
