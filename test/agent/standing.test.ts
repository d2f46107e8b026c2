import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonAnswer } from '../../agent/https.js'
import { Standing } from '../../agent/standing.js'
import { KeptLog, makePlan, startBench, tempDir } from '../support/agent-bench.js'

const LOCKED = { status: 409, body: { code: 'station_locked', detail: 'The station is locked: new bearing' } }
const REVOKED = { status: 403, body: { code: 'principal_revoked', detail: 'The station is revoked.' } }
const FINE = { status: 200, body: { id: 'station-1', name: 'Roof', rotateAsked: false } }

/** A station to which core says one thing after the other; the last one for good. */
async function station(t: Test, said: (JsonAnswer | Error)[], dataDir?: string) {
  const log = new KeptLog()
  const barred: (string | null)[] = []
  let retried: () => void = () => {}
  const hasRetried = new Promise<void>((resolve) => {
    retried = resolve
  })
  let asked = 0
  const dir = dataDir ?? (await tempDir(t))
  const standing = new Standing({
    dataDir: dir,
    request: async () => {
      const answer = said[Math.min(asked++, said.length - 1)]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nobody is there')
      return answer
    },
    antenna: { bar: (code) => barred.push(code) },
    retry: () => retried(),
    ...{ random: () => 0, log, askMs: 20 },
  })
  await standing.load()
  t.teardown(() => standing.stop())
  return { standing, log, barred, hasRetried, dir, file: join(dir, 'barred.json'), asked: () => asked }
}

t.test('B14 G9: a locked station stands still, says why, and comes back once it is unlocked', async (t) => {
  const { standing, log, barred, hasRetried, dir, file } = await station(t, [
    ...[LOCKED, LOCKED, new Error('a bad line'), LOCKED, FINE],
  ])
  t.equal(standing.barred, null)
  standing.refused()
  t.same(barred, ['principal_revoked'], 'at once, before anybody has said why')
  await log.until(/new bearing/)
  await hasRetried
  t.same(barred, ['principal_revoked', 'station_locked'])
  t.match(standing.barred, { code: 'station_locked' }, 'the broker has not let it in yet')

  await standing.stop()
  const again = await station(t, [LOCKED], dir)
  t.same(again.barred, ['station_locked'], 'a restart without a network does not forget')
  standing.accepted()
  await standing.stop()
  t.same(barred.at(-1), null)
  t.notOk(existsSync(file))
})

t.test('what is revoked is told so, and not asked for again', async (t) => {
  const { standing, log, asked, hasRetried } = await station(t, [REVOKED, FINE])
  standing.refused()
  await log.until(/The station is revoked/)
  await Promise.race([hasRetried, new Promise((resolve) => setTimeout(resolve, 100))])
  t.equal(asked(), 1)
  t.match(standing.barred, { code: 'principal_revoked', reason: 'The station is revoked.' })
})

t.test('without an answer over HTTP it stands still all the same', async (t) => {
  const { standing, log, barred } = await station(t, [new Error('no route')])
  standing.refused()
  await log.until(/^core does not say how the station stands/)
  t.same(barred, ['principal_revoked'])
})

t.test('a file that cannot be read still says that there was a reason', async (t) => {
  const dir = await tempDir(t)
  writeFileSync(join(dir, 'barred.json'), '{"code":')
  t.same((await station(t, [LOCKED], dir)).barred, ['principal_revoked'])
})

t.test('a station that is let in no more stops in mid-pass, and begins no pass that it holds', async (t) => {
  const bench = await startBench(t, { reconnect: { maxMs: 50, refusedMs: 60_000 } })
  const { core, broker, log, config } = bench
  const running = makePlan({ inS: 0.3, lengthS: 20, az: (s) => 190 + 2 * s })
  const coming = makePlan({ inS: 25, lengthS: 5, prepassInS: 1.5 })
  for (const plan of [running, coming]) await core.ack((await core.plan(plan)).jti, 'accepted')
  await core.until((h) => h.body['state'] === 'on_target')
  broker.connack = 5
  broker.dropStation()
  await log.until(/^this station may do nothing now/)
  const over = await log.until(/^a pass is over$/)
  t.match(over.facts, { contactId: running.contactId, code: 'principal_revoked' })
  await log.until(/^a plan cannot begin$/)
  t.ok(existsSync(join(config.dataDir, 'barred.json')))

  broker.connack = 0
  const since = core.heard.length
  const line = log.lines.length
  await bench.restart()
  t.equal(log.count(/^this station may do nothing now/), 2, 'until it was let in')
  await log.until(/^the station may work again$/, line)
  await core.until((h) => {
    const plans = (h.body['plans'] ?? []) as { contactId: string; phase: string }[]
    return plans.some(({ contactId, phase }) => contactId === coming.contactId && phase === 'prepass')
  }, since)
  t.notOk(existsSync(join(config.dataDir, 'barred.json')))
})
