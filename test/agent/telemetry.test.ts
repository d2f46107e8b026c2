import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { firstSequence } from '../../agent/boots.js'
import { type Core, KeptLog, makePlan, startBench, tempDir } from '../support/agent-bench.js'

const heardOn = (core: Core, kind: string, since = 0) =>
  core.heard.slice(since).filter((h) => h.topic.endsWith(`/${kind}`))

t.test('G12: sequence numbers never go back, over a restart neither', async (t) => {
  const bench = await startBench(t)
  const { core } = bench
  await core.until((h) => h.topic.endsWith('/rot'), core.heard.length)
  await bench.restart()
  await core.until((h) => h.topic.endsWith('/rot'), core.heard.length)
  for (const kind of ['rot', 'state']) {
    const numbers = heardOn(core, kind).flatMap((h) => h.body['seq'] ?? []) as number[]
    t.ok(numbers.length >= 2, `${numbers.length} of ${kind}`)
    t.ok(
      numbers.every((n, i) => Number.isSafeInteger(n) && n >= (numbers[i - 1] ?? 0)),
      `${kind}: ${numbers}`,
    )
  }
})

t.test('G12: each start counts, and one that cannot be read or written is said', async (t) => {
  const log = new KeptLog()
  const dataDir = await tempDir(t)
  t.equal(await firstSequence(dataDir, log), 0)
  t.equal(await firstSequence(dataDir, log), 2 ** 32)
  t.equal(await firstSequence(dataDir, log), 2 ** 33)
  await writeFile(join(dataDir, 'boots.json'), '{"sum":1,"text":"{}"}')
  t.equal(await firstSequence(dataDir, log), 0)
  t.equal(log.count(/^the count of starts is unreadable/), 1)
  const full = await tempDir(t)
  await mkdir(join(full, 'nothing'))
  t.equal(await firstSequence(join(full, 'gone'), log), 0)
  t.equal(log.count(/^the count of starts cannot be written/), 1)
})

t.test('after an outage the newest state is told once, and nothing of what was in between', async (t) => {
  const { core, broker, log, mend } = await startBench(t)
  const plans = [0, 1, 2].map((n) =>
    makePlan({ inS: 1 + 2 * n, lengthS: 1, prepassInS: 2 * n, az: () => 200 }),
  )
  for (const plan of plans) await core.ack((await core.plan(plan)).jti, 'accepted')
  const before = Number(heardOn(core, 'rot').at(-1)?.body['seq'])
  await broker.cut()
  const since = core.heard.length
  for (let n = 1; n <= plans.length; n++) {
    while (log.count(/^a pass is over$/) < n) await log.until(/^a pass is over$/, log.lines.length)
  }
  await mend()
  const first = await core.until((h) => h.topic.endsWith('/rot'), since)
  t.ok(Number(first.body['seq']) > before + 8, 'the readings of the outage were counted, and are gone')
  await core.until(
    (h) => h.body['receipt'] !== undefined && h.body['contactId'] === plans[2]?.contactId,
    since,
  )
  const online = heardOn(core, 'state', since).filter((h) => h.body['link'] === 'online')
  const phases = (online[0]?.body['plans'] ?? []) as { phase: string }[]
  t.same(
    phases.map(({ phase }) => phase),
    ['done', 'done', 'done'],
    'what is told first is how it stands now',
  )
  const receipts = core.heard.slice(since).filter((h) => h.body['receipt'] !== undefined)
  t.equal(receipts.length, 3, 'each receipt once')
  const at = first.at
  const soon = heardOn(core, 'rot', since).filter((h) => h.at - at < 1000)
  t.ok(soon.length <= 6, `${soon.length} readings in the first second`)
})

t.test('design 4: readings are told at four a second, not faster', async (t) => {
  const { core } = await startBench(t)
  const plan = makePlan({ inS: 0.3, lengthS: 4, az: () => 200, el: () => 45 })
  await core.plan(plan)
  await core.until((h) => h.body['receipt'] !== undefined)
  const moving = heardOn(core, 'rot').filter((h) => h.body['contactId'] === plan.contactId)
  const times = moving.map((h) => Date.parse(String(h.body['ts'])))
  for (const [i, ms] of times.entries()) {
    const before = times[i - 5]
    if (before !== undefined) t.ok(ms - before > 1000, `${ms - before} ms for five readings`)
  }
  t.ok(times.length > 8, `${times.length}`)
})
