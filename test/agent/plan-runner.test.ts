import t from 'tap'
import { type Core, makePlan, startBench } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'
import { startRotctld } from '../support/rotctld.js'

// They wait for the time to pass, each with an agent of its own.
t.jobs = 4

const phase = (core: Core, contactId: string, wanted: string, since = 0) =>
  core.until((h) => {
    const plans = (h.body['plans'] ?? []) as { contactId: string; phase: string }[]
    return plans.some((p) => p.contactId === contactId && p.phase === wanted)
  }, since)

t.test('a plan is stored, waited for, followed, and reported with its error', async (t) => {
  const { core } = await startBench(t)
  const plan = makePlan({ inS: 1.5, lengthS: 3, az: (s) => 190 + 5 * s })
  const { jti } = await core.plan(plan)
  const accepted = await core.ack(jti, 'accepted')
  t.match(accepted, { op: 'plan', contactId: plan.contactId, code: null, hash: /^[0-9a-f]{64}$/ })
  await phase(core, plan.contactId, 'prepass')
  await phase(core, plan.contactId, 'tracking')
  const receipt = await core.receipt(plan.contactId)
  t.match(receipt, { outcome: 'completed', code: null, seq: 1, hash: accepted.hash ?? '' })
  t.ok(receipt.onTargetS > 2.5 && receipt.trackedS <= 3, JSON.stringify(receipt.onTargetS))
  t.ok((receipt.maxErrDeg ?? 9) < 3, `led by half a period, the error stays small: ${receipt.maxErrDeg}`)
  t.equal(receipt.autonomyS, 0)
  t.ok(receipt.samples.length >= 3)
  const tracked = core.heard.filter((h) => h.topic.endsWith('/rot') && h.body['contactId'] === plan.contactId)
  t.ok(tracked.some((h) => h.body['state'] === 'on_target'))
  await phase(core, plan.contactId, 'done')
})

t.test('field C1: a pass is followed to its end with the cable pulled, and told afterwards', async (t) => {
  const { core, broker, agent, log, mend } = await startBench(t)
  const plan = makePlan({ inS: 0.8, lengthS: 3, az: (s) => 190 + 5 * s, onEnd: 'park' })
  const { jti } = await core.plan(plan)
  await core.ack(jti, 'accepted')
  const since = core.heard.length
  await broker.cut()
  await log.until(/^a pass is over$/)
  t.equal(agent.isLinked, false)
  await mend()
  const receipt = await core.receipt(plan.contactId, since)
  t.match(receipt, { outcome: 'completed', code: null })
  t.ok(receipt.autonomyS > 2.5, `${receipt.autonomyS} s of it without a link`)
  t.ok((receipt.maxErrDeg ?? 9) < 3, `${receipt.maxErrDeg}`)
  await core.until((h) => h.body['state'] === 'parked', since)
})

t.test('a plan is taken up in mid-pass after a restart, and the pass counts as one', async (t) => {
  const bench = await startBench(t)
  const { core } = bench
  const plan = makePlan({ inS: 0.5, lengthS: 5, az: (s) => 190 + 5 * s })
  await core.plan(plan)
  await phase(core, plan.contactId, 'tracking')
  await core.until((h) => h.body['state'] === 'on_target')
  for (let i = 0; i < 4; i++) await core.until((h) => h.topic.endsWith('/rot'), core.heard.length)
  const since = core.heard.length
  await bench.restart()
  await phase(core, plan.contactId, 'tracking', since)
  const receipt = await core.receipt(plan.contactId, since)
  t.match(receipt.outcome, /completed|partial/)
  t.ok(receipt.onTargetS > 3.5, `on target for ${receipt.onTargetS} s of 5`)
  const first = Date.parse(receipt.startedAt ?? '') - Date.parse(plan.aos)
  t.ok(first < 600, `it began at AOS + ${first} ms, before the restart`)
})

t.test('a plan that is withdrawn while it runs stops the antenna', async (t) => {
  const { core } = await startBench(t)
  const plan = makePlan({ inS: 0.2, lengthS: 30 })
  await core.plan(plan)
  await phase(core, plan.contactId, 'tracking')
  // Away from where it stood: an antenna that has not left its park position is parked, not idle.
  await core.until((h) => h.body['state'] === 'on_target')
  const since = core.heard.length
  await core.ack(await core.withdraw(plan.contactId, 2), 'accepted')
  const { body } = await core.until((h) => h.topic.endsWith('/rot') && h.body['state'] === 'idle', since)
  t.equal(body['contactId'], undefined)
})

t.test('hands off while a plan runs; a stop ends it and the receipt says who', async (t) => {
  const { core } = await startBench(t)
  const plan = makePlan({ inS: 0.2, lengthS: 30 })
  await core.plan(plan)
  await phase(core, plan.contactId, 'tracking')
  await core.until((h) => h.body['state'] === 'on_target')
  t.equal((await core.ack(await core.command({ op: 'move', args: { az: 10, el: 45 } }))).code, 'busy')
  t.equal((await core.ack(await core.command({ op: 'park', args: {} }))).code, 'busy')
  await core.command({ op: 'stop', args: {} })
  const receipt = await core.receipt(plan.contactId)
  t.match(receipt, { code: 'stopped_by_person' })
  t.match((await core.ack(await core.command({ op: 'move', args: { az: 200, el: 45 } }))).result, 'accepted')
})

t.test('receipts are told again on each connection until the plan is withdrawn', async (t) => {
  const { core, broker, mend } = await startBench(t)
  const plan = makePlan({ inS: 0.2, lengthS: 1 })
  const { jti } = await core.plan(plan)
  await core.receipt(plan.contactId)
  const since = core.heard.length
  await broker.cut()
  await mend()
  t.match(await core.receipt(plan.contactId, since), { contactId: plan.contactId })
  t.match((await core.until((h) => h.topic.endsWith(jti), since)).body, { op: 'plan', result: 'done' })
  await core.ack(await core.withdraw(plan.contactId, 2), 'accepted')
  const after = core.heard.length
  await broker.cut()
  await mend()
  await core.until((h) => h.body['link'] === 'online', after)
  t.notOk(core.heard.slice(after).some((h) => h.body['receipt'] !== undefined))
})

t.test('a pass that went by while the agent was down is said to be missed, and why', async (t) => {
  const bench = await startBench(t)
  const plan = makePlan({ inS: 600, lengthS: 10, prepassInS: 500 })
  await bench.core.ack((await bench.core.plan(plan)).jti, 'accepted')
  bench.wall.aheadMs = 3_600_000
  const since = bench.core.heard.length
  await bench.restart()
  t.match(await bench.core.receipt(plan.contactId, since), {
    outcome: 'missed',
    code: 'agent_not_running',
    trackedS: 0,
    samples: [],
  })
})

t.test(
  'a mount that is too slow for the pass gives a partial or failed receipt, not a good one',
  async (t) => {
    const { core } = await startBench(t, { driver: { kind: 'simulated', azRate: 3, elRate: 3 } })
    const plan = makePlan({ inS: 0.2, lengthS: 4, az: (s) => 220 + 15 * s })
    await core.plan(plan)
    const receipt = await core.receipt(plan.contactId)
    t.match(receipt, { outcome: 'failed', code: 'off_target' })
    t.ok((receipt.maxErrDeg ?? 0) > 20)
  },
)

t.test('field C1: the real rotctld follows a pass with the cable pulled', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const { core, broker, log, mend } = await startBench(t, {
    driver: { kind: 'rotctld', port: daemon.port },
    mount: { ...MOUNT, beamwidth: 8, parkEl: 45 },
  })
  const shape = { az: (s: number) => 4 + 3 * s, el: (s: number) => 4 + s }
  const plan = makePlan({ inS: 2, lengthS: 4, ...shape })
  await core.ack((await core.plan(plan)).jti, 'accepted')
  const since = core.heard.length
  await broker.cut()
  await log.until(/^a pass is over$/)
  await mend()
  const receipt = await core.receipt(plan.contactId, since)
  t.match(receipt, { outcome: 'completed', code: null })
  t.ok((receipt.rmsErrDeg ?? 9) < 1, `RMS error ${receipt.rmsErrDeg} degrees`)
})
