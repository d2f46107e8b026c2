import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { z } from 'zod'
import { runAgent } from '../../../agent/agent.js'
import { askAgent } from '../../../agent/local/ask.js'
import {
  type LocalRequest,
  leaseSchema,
  logsSchema,
  moveSchema,
  renewSchema,
  statusSchema,
} from '../../../agent/local/words.js'
import { systemClock } from '../../../shared/time.js'
import { KeptLog, makeCredential, makeKey, makePlan, startBench } from '../../support/agent-bench.js'
import { freePort } from '../../support/ports.js'

/** Real sockets and real seconds, on a machine that may be busy. */
t.setTimeout(120_000)

t.test('the person beside the antenna, with the network gone', async (t) => {
  const port = await freePort()
  const bench = await startBench(t, { door: { port } })
  const { dataDir } = bench.config
  const ask = <T extends z.ZodType>(request: LocalRequest, result: T) => askAgent(dataDir, request, result)
  const tell = (op: 'stop' | 'park' | 'hold' | 'release') => ask({ op }, z.unknown())
  const status = () => ask({ op: 'status' }, statusSchema)
  /** Asks again until it fits; each question gives the agent its turn. */
  const until = async (fits: (now: z.infer<typeof statusSchema>) => boolean) => {
    for (;;) {
      const now = await status()
      if (fits(now)) return now
    }
  }

  await t.test('status tells how it stands', async (t) => {
    t.match(await status(), {
      isLinked: true,
      state: 'parked',
      code: null,
      holder: null,
      barred: null,
      door: { port, policy: 'asked', programs: 0, fault: null, isLeased: false, leaseUntil: null },
      plans: [],
      lastRefusal: null,
    })
  })

  await bench.broker.cut()
  await until((now) => !now.isLinked)

  await t.test('moves by hand under fresh authority, out of limits never', async (t) => {
    const { id, lifetimeMs } = await ask({ op: 'move', az: 190, el: 50 }, moveSchema)
    t.equal(lifetimeMs, 5000)
    t.match(await ask({ op: 'renew', id }, renewSchema), { how: 'moving' })
    t.equal((await status()).holder, 'manual')
    await until((now) => now.measured?.az === 190 && now.measured.el === 50)
    t.match(await ask({ op: 'renew', id }, renewSchema), { how: 'arrived', measured: { az: 190, el: 50 } })
    t.match(await ask({ op: 'renew', id: 'another-motion' }, renewSchema), { how: 'ended' })
    await t.rejects(ask({ op: 'move', az: 500, el: 50 }, moveSchema), { code: 'out_of_limits' })
  })

  await t.test('hold: nothing moves, over a restart too, until released', async (t) => {
    await tell('park')
    await tell('hold')
    t.match(await status(), { state: 'safe_hold', code: 'held_at_station', holder: null })
    await t.rejects(tell('park'), { code: 'safe_hold' })
    await t.rejects(ask({ op: 'lease', forS: 60 }, leaseSchema), { code: 'safe_hold' })
    await bench.mend()
    await bench.restart()
    t.match(await status(), { state: 'safe_hold', code: 'held_at_station' })
    const release = await bench.core.command({ op: 'release', args: {} })
    t.match(await bench.core.ack(release, 'rejected'), { code: 'held_at_station' }, 'not from afar')
    t.match((await status()).lastRefusal, { facts: { code: 'held_at_station' } })
    await tell('release')
    await until((now) => now.measured !== null)
    t.equal((await status()).code, null)
  })

  await t.test('stop ends a plan, also; park goes home', async (t) => {
    const plan = makePlan({ inS: 1, lengthS: 20 })
    await bench.core.plan(plan)
    const running = await until((now) => now.holder === 'plan')
    t.equal(running.contactId, plan.contactId)
    t.match(running.plans, [{ satellite: 'TESTSAT', phase: 'prepass' }])
    await t.rejects(ask({ op: 'lease', forS: 60 }, leaseSchema), { code: 'busy' })
    await tell('stop')
    t.match(await status(), { holder: null })
    await tell('park')
    await until((now) => now.state === 'parked')
  })

  await t.test('a lease opens the door; the fleet sees who has the mount; a stop ends it', async (t) => {
    const { until: end } = await ask({ op: 'lease', forS: 3600 }, leaseSchema)
    t.ok(Date.parse(end ?? '') > Date.now() + 3_500_000)
    t.match((await status()).door, { isLeased: true, leaseUntil: /Z$/ })
    const program = connect(port, '127.0.0.1')
    program.setEncoding('latin1')
    program.write('P 200 50\n')
    t.equal((await once(program, 'data'))[0], 'RPRT 0\n')
    t.match(await status(), { holder: 'door', door: { programs: 1 } })
    await bench.core.until(({ body }) => body['holder'] === 'door')
    const move = await bench.core.command({ op: 'move', args: { az: 180, el: 50 } })
    t.match(await bench.core.ack(move, 'rejected'), { code: 'busy' })
    const stop = await bench.core.command({ op: 'stop', args: {} })
    await bench.core.ack(stop, 'done')
    program.write('P 200 50\n')
    t.equal((await once(program, 'data'))[0], 'RPRT -9\n')
    t.match((await status()).door, { isLeased: false })
    t.same(await ask({ op: 'lease', forS: 0 }, leaseSchema), { until: null })
    program.destroy()
  })

  await t.test('logs: the end of what it said', async (t) => {
    const lines = await ask({ op: 'logs', lines: 500 }, logsSchema)
    t.ok(lines.some(({ message }) => message === 'asked for beside the antenna'))
    t.equal((await ask({ op: 'logs', lines: 3 }, logsSchema)).length, 3)
  })

  await t.test(
    'a calibration moves the limits and the reading together, from the next start on',
    async (t) => {
      const { mount } = await status()
      await ask({ op: 'calibrate', az: 3.25, el: -1 }, z.unknown())
      t.match(await status(), { mount, offset: { now: { az: 0, el: 0 }, next: { az: 3.25, el: -1 } } })
      await bench.restart()
      const after = await until((now) => now.measured !== null)
      t.match(after, {
        state: 'parked',
        measured: { az: mount.parkAz + 3.25, el: mount.parkEl - 1 },
        mount: { azMax: mount.azMax + 3.25, elMin: mount.elMin - 1 },
        offset: { now: { az: 3.25, el: -1 } },
      })
    },
  )

  await t.test('a second agent on the same data is refused, and the first goes on', async (t) => {
    const { pinned } = await makeKey()
    const deps = {
      version: '0',
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      log: new KeptLog(),
    }
    const credential = makeCredential(bench.broker, pinned)
    await t.rejects(runAgent(bench.config, { ...deps, credential }), { code: 'data_dir_in_use' })
    t.equal((await status()).bootId, bench.agent.bootId)
  })
})

t.test('without a door there is no lease', async (t) => {
  const { config } = await startBench(t)
  await t.rejects(askAgent(config.dataDir, { op: 'lease', forS: 60 }, leaseSchema), {
    code: 'config_invalid',
  })
  t.equal((await askAgent(config.dataDir, { op: 'status' }, statusSchema)).door, null)
})
