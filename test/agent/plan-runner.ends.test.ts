import t from 'tap'
import { type Core, makePlan, startBench } from '../support/agent-bench.js'
import { fakeRotctld, honest } from '../support/rotctld.js'

// They wait for the time to pass, each with an agent of its own.
t.jobs = 6

const phase = (core: Core, contactId: string, wanted: string, since = 0) =>
  core.until((h) => {
    if (!h.topic.endsWith('/state')) return false
    const plans = (h.body['plans'] ?? []) as { contactId: string; phase: string }[]
    return plans.some((p) => p.contactId === contactId && p.phase === wanted)
  }, since)

/** It answers for a second, and then for so many seconds no more. */
const silentFor = (lastsS: number) => ({
  ...{ kind: 'simulated', azRate: 40, elRate: 40 },
  faults: [{ kind: 'silent', fromS: 1, lastsS }],
})

const near = (az: unknown, wanted: number) => typeof az === 'number' && Math.abs(az - wanted) < 1

t.test(
  'a plan that is replaced in its prepass waits at the new place, and is flown as the new one',
  async (t) => {
    const { core } = await startBench(t)
    const old = makePlan({ inS: 30, lengthS: 5, az: () => 200 })
    await core.plan(old)
    await phase(core, old.contactId, 'prepass')
    const since = core.heard.length
    const plan = makePlan({ contactId: old.contactId, inS: 1.5, lengthS: 1.5, az: () => 230 })
    const { jti } = await core.plan(plan, { seq: 2 })
    const { hash = '' } = await core.ack(jti, 'accepted')
    await core.until((h) => h.topic.endsWith('/rot') && near(h.body['az'], 230), since)
    t.match(await core.receipt(plan.contactId), { outcome: 'completed', seq: 2, hash })
  },
)

t.test(
  'a plan that is replaced while it is followed goes on as the new one, one pass, one receipt',
  async (t) => {
    const { core } = await startBench(t)
    const old = makePlan({ inS: 0.3, lengthS: 60, az: () => 200, el: () => 45 })
    await core.plan(old)
    await core.until((h) => h.body['state'] === 'on_target' && near(h.body['az'], 200))
    const plan = makePlan({
      contactId: old.contactId,
      inS: -1,
      lengthS: 3.5,
      prepassInS: -2,
      az: () => 210,
      el: () => 45,
    })
    const { hash = '' } = await core.ack((await core.plan(plan, { seq: 2 })).jti, 'accepted')
    const receipt = await core.receipt(plan.contactId)
    t.match(receipt, { seq: 2, hash, outcome: /completed|partial/ })
    t.equal(core.heard.filter((h) => h.body['receipt'] !== undefined).length, 1)
  },
)

t.test('a plan that is put off by its replacement lets the antenna go until then', async (t) => {
  const { core } = await startBench(t)
  const old = makePlan({ inS: 0.3, lengthS: 60, el: () => 45 })
  await core.plan(old)
  await phase(core, old.contactId, 'tracking')
  const since = core.heard.length
  const plan = makePlan({ contactId: old.contactId, inS: 600, lengthS: 5, prepassInS: 500 })
  await core.ack((await core.plan(plan, { seq: 2 })).jti, 'accepted')
  await phase(core, plan.contactId, 'stored', since)
  const command = await core.command({ op: 'move', args: { az: 200, el: 50 } })
  t.equal((await core.ack(command)).result, 'accepted')
})

t.test('a plan that is withdrawn in its prepass lets the antenna go', async (t) => {
  const { core } = await startBench(t)
  const plan = makePlan({ inS: 30, lengthS: 5, az: () => 300 })
  await core.plan(plan)
  await phase(core, plan.contactId, 'prepass')
  await core.ack(await core.withdraw(plan.contactId, 2), 'accepted')
  const command = await core.command({ op: 'move', args: { az: 200, el: 50 } })
  t.equal((await core.ack(command)).result, 'accepted')
})

t.test('two plans that touch are both flown, and nobody parks in between', async (t) => {
  const { core, log } = await startBench(t)
  const first = makePlan({ inS: 1, lengthS: 2, az: () => 200, el: () => 45, onEnd: 'park' })
  const second = makePlan({ inS: 1, lengthS: 4, az: () => 204, el: () => 45, onEnd: 'park' })
  second.t0 = second.aos = first.los
  second.tca = second.los
  await core.ack((await core.plan(second)).jti, 'accepted')
  await core.ack((await core.plan(first)).jti, 'accepted')
  for (const { contactId } of [first, second]) {
    const { onTargetS } = await core.receipt(contactId)
    t.ok(onTargetS > 1.2, `${onTargetS} s of 2`)
  }
  await core.until((h) => h.body['state'] === 'parked', core.heard.length)
  const between = core.heard.filter(
    (h) => h.topic.endsWith('/rot') && h.body['contactId'] === second.contactId,
  )
  t.ok(
    between.every((h) => Number(h.body['az']) > 190),
    'on the way to 204 it did not turn to 180',
  )
  t.equal(log.count(/^the guard refused/), 0)
})

t.test('a plan on a mount that holds fails with the reason, and does not move it', async (t) => {
  const { core } = await startBench(t, {
    driver: silentFor(600),
  })
  await core.until((h) => h.body['state'] === 'safe_hold')
  const plan = makePlan({ inS: 3, lengthS: 1 })
  await core.plan(plan)
  t.match(await core.receipt(plan.contactId), { outcome: 'failed', code: 'safe_hold' })
  t.notOk(core.heard.some((h) => h.topic.endsWith('/rot') && h.body['contactId'] !== undefined))
})

t.test('a hold that is released before the satellite rises costs the pass nothing', async (t) => {
  const { core } = await startBench(t, {
    driver: silentFor(7),
  })
  const plan = makePlan({ inS: 18, lengthS: 2, prepassInS: -1 })
  await core.plan(plan)
  await core.until((h) => h.body['state'] === 'safe_hold')
  t.notOk(core.heard.some((h) => h.body['receipt'] !== undefined))
  await core.until((h) => h.topic.endsWith('/rot') && h.body['az'] !== null, core.heard.length)
  await core.command({ op: 'release', args: {} })
  const { onTargetS } = await core.receipt(plan.contactId)
  t.ok(onTargetS > 1, `${onTargetS} s of 2`)
})

t.test('a pass that begins late says what kept it back', async (t) => {
  const { core } = await startBench(t, {
    driver: silentFor(7),
  })
  await core.until((h) => h.body['state'] === 'safe_hold')
  const plan = makePlan({ inS: 0.3, lengthS: 6 })
  await core.plan(plan)
  await core.until((h) => h.topic.endsWith('/rot') && h.body['az'] !== null, core.heard.length)
  await core.command({ op: 'release', args: {} })
  t.match(await core.receipt(plan.contactId), { outcome: 'partial', code: 'safe_hold' })
})

t.test('a rotator that does not answer for a moment in the prepass costs the pass nothing', async (t) => {
  const silence = { isOn: false, unanswered: 0, isThird: () => {} }
  const third = new Promise<void>((resolve) => {
    silence.isThird = resolve
  })
  const fake = await fakeRotctld(t, (line) => {
    if (!silence.isOn || !line.startsWith('+\\get_pos')) return honest(line)
    silence.unanswered += 1
    if (silence.unanswered === 3) silence.isThird()
    return null
  })
  const { core, log } = await startBench(t, { driver: { kind: 'rotctld', port: fake.port } })
  await core.until((h) => h.topic.endsWith('/rot') && h.body['az'] === 10)
  silence.isOn = true
  // The position is two seconds old, and good enough for an order; when the target could leave it is three.
  await third
  const plan = makePlan({ inS: 6, lengthS: 2, prepassInS: -1, az: () => 10, el: () => 20 })
  await core.plan(plan)
  await log.until(/^a pass is broken off: the rotator does not answer$/)
  silence.isOn = false
  const { onTargetS } = await core.receipt(plan.contactId)
  t.ok(onTargetS > 1, `${onTargetS} s of 2`)
})
