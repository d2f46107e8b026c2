import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { iso } from '../../shared/time.js'
import { type Core, makePlan, startBench } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'

// They wait for the time to pass, each with an agent of its own.
t.jobs = 4

const isFollowing = (core: Core, contactId: string) =>
  core.until((h) => h.body['state'] === 'on_target' && h.body['contactId'] === contactId)

/** A beam of 2 degrees forgives half a second at the 2 degrees a second of these passes. */
const NARROW = { mount: { ...MOUNT, azRate: 40, elRate: 40, parkEl: 45, beamwidth: 2 } }
const shape = { az: (s: number) => 190 + 2 * s, el: () => 10 }

/** Core's clock, as it is asked over HTTP. */
async function coreClock(t: Test) {
  const told = { aheadMs: 0, isThere: true }
  const server = createServer((request, response) => {
    const isAsked = told.isThere && request.url === '/api/v1/station/time'
    response.writeHead(isAsked ? 200 : 503, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAsked ? { now: iso(Date.now() + told.aheadMs) } : {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

for (const [what, byMs] of [
  ['400 ms back', -400],
  ['a minute forward', 60_000],
] as const)
  t.test(
    `field C12: the clock is set ${what} in mid-pass, and the pass goes on by the old time`,
    async (t) => {
      const { core, wall, log } = await startBench(t, NARROW)
      const plan = makePlan({ inS: 1, lengthS: 3, ...shape })
      await core.plan(plan)
      await isFollowing(core, plan.contactId)
      wall.aheadMs = byMs
      const receipt = await core.receipt(plan.contactId)
      t.match(receipt, { outcome: /completed|partial/, clock: { source: 'rtc', allowedDeg: 1 } })
      t.ok((receipt.clock?.errDeg ?? 9) < 0.2, `${receipt.clock?.errDeg} degrees for 50 ms`)
      const [afterMs, , , az] = receipt.samples.at(-1) ?? []
      t.ok(Math.abs((az ?? 0) - 190 - (2 * (afterMs ?? 0)) / 1000) < 1.5, `no jump: ${az} at ${afterMs} ms`)
      t.equal(log.count(/^the guard refused|broken off/), 0)
      await log.until(/^somebody has set the clock of this machine$/)
    },
  )

t.test(
  'field C12: by a clock that was set wrong no pass is begun; the receipt tells by how much',
  async (t) => {
    const { core, wall } = await startBench(t, NARROW)
    wall.aheadMs = 700
    const plan = makePlan({ inS: 0.5, lengthS: 1, ...shape })
    await core.plan(plan)
    const receipt = await core.receipt(plan.contactId)
    t.match(receipt, { outcome: 'failed', code: 'clock_untrusted', startedAt: null })
    t.ok(Math.abs((receipt.clock?.offsetMs ?? 0) - 700) < 20, `${receipt.clock?.offsetMs}`)
    t.ok((receipt.clock?.errDeg ?? 0) > 1 && receipt.clock?.allowedDeg === 1)
    t.notOk(core.heard.some((h) => h.topic.endsWith('/rot') && h.body['contactId'] !== undefined))
    await core.until((h) => h.topic.endsWith('/state') && h.body['code'] === 'clock_untrusted')
  },
)

t.test(
  'field C12: a clock that is set while a pass is waited for neither ends it nor keeps others out',
  async (t) => {
    const { core, wall, log } = await startBench(t, NARROW)
    const plan = makePlan({ inS: 3, lengthS: 2, prepassInS: -1, ...shape })
    await core.ack((await core.plan(plan)).jti, 'accepted')
    await core.until((h) => h.topic.endsWith('/rot') && h.body['contactId'] === plan.contactId)
    wall.aheadMs = 3_600_000
    await log.until(/^a pass is broken off: the clock cannot be trusted$/)
    const next = makePlan({ inS: 600, lengthS: 5, prepassInS: 500, ...shape })
    t.match(await core.ack((await core.plan(next)).jti), { result: 'accepted', code: null })
    t.notOk(
      core.heard.some((h) => h.body['receipt'] !== undefined),
      'neither is over',
    )
    wall.aheadMs = 0
    const receipt = await core.receipt(plan.contactId)
    t.ok(receipt.onTargetS > 0, `${receipt.onTargetS} s of it, once the clock is mended`)
  },
)

t.test('a clock that is mended in mid-pass brings the rest of the pass', async (t) => {
  const { core, wall, log } = await startBench(t, NARROW)
  wall.aheadMs = -30_000
  const plan = makePlan({ inS: 0.5, lengthS: 4, ...shape })
  await core.plan(plan, { iat: Date.now() / 1000 - 30 })
  await log.until(/^a plan cannot begin$/)
  wall.aheadMs = 0
  const receipt = await core.receipt(plan.contactId)
  t.ok(receipt.onTargetS > 0, `${receipt.onTargetS} s of it`)
})

t.test(
  'field C12: core is asked for the time, and what it says in mid-pass breaks the pass off',
  async (t) => {
    const { told, url } = await coreClock(t)
    told.isThere = false
    const { core, broker, log, mend } = await startBench(t, NARROW, url)
    const plan = makePlan({ inS: 0.5, lengthS: 20, ...shape })
    await core.plan(plan)
    await isFollowing(core, plan.contactId)
    told.isThere = true
    told.aheadMs = 5000
    await broker.cut()
    await mend()
    const line = await log.until(/^a pass is broken off: the clock cannot be trusted$/)
    t.equal(line.facts['source'], 'core')
    t.ok(Math.abs(Number(line.facts['offsetMs']) + 5000) < 1000, `${line.facts['offsetMs']}`)
    told.aheadMs = 0
    const health = await core.until(
      (h) => h.topic.endsWith('/health') && (h.body['clock'] as { source: string }).source === 'core',
    )
    t.match(health.body['clock'], { ntp: 'unknown', uncertaintyMs: Number })
  },
)

t.test('a station that knows nothing of the time flies nothing, and says so', async (t) => {
  const { core } = await startBench(t, { ...NARROW, clock: {} })
  const plan = makePlan({ inS: 0.3, lengthS: 1, ...shape })
  await core.plan(plan)
  t.match(await core.receipt(plan.contactId), {
    outcome: 'failed',
    code: 'clock_untrusted',
    clock: { source: 'none', offsetMs: null, uncertaintyMs: null, errDeg: null },
  })
})

t.test('a clock that signed messages prove wrong runs no plan', async (t) => {
  const hour = 3600
  const bench = await startBench(t)
  const { core } = bench
  bench.wall.aheadMs = -hour * 1000
  await bench.restart()
  const plan = makePlan({ inS: 2 - hour, lengthS: 0.5, prepassInS: 1.5 - hour, az: () => 200 })
  await core.ack((await core.plan(plan, { iat: Date.now() / 1000 - hour })).jti, 'accepted')
  const command = await core.command({ op: 'park', args: {} })
  t.equal((await core.ack(command)).code, 'not_yet_valid')
  t.match(await core.receipt(plan.contactId), { outcome: 'failed', code: 'clock_untrusted' })
})
