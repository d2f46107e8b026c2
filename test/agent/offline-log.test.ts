import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { OfflineLog, readOfflineLog } from '../../agent/offline-log.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'

const QUICK = { lineMs: 1, errorMs: 1, leastMs: 1, retryMs: 20 }
const SLOW = { lineMs: 3_600_000, errorMs: 3_600_000, leastMs: 3_600_000, retryMs: 3_600_000 }

const logIn = (dataDir: string, to = new KeptLog(), pace = SLOW) =>
  new OfflineLog({ dataDir, bootId: 'boot-0001', clock: systemClock, to, pace })

t.test('what is told goes on, and stands on the disk with its time, run and facts', async (t) => {
  const dataDir = await tempDir(t)
  const to = new KeptLog()
  const log = logIn(dataDir, to)
  log.info('one', { a: 1 })
  log.warn('two')
  log.error('three', { long: 'x'.repeat(9999) })
  t.same(
    to.lines.map((line) => line.message),
    ['one', 'two', 'three'],
  )
  await log.stop()
  const lines = await readOfflineLog(dataDir, 10)
  t.match(lines, [
    { level: 'info', message: 'one', facts: { a: 1 }, bootId: 'boot-0001', ts: /^20/ },
    { level: 'warn', message: 'two', facts: {} },
    { level: 'error', message: 'three', facts: { cut: true } },
  ])
  t.match(await readOfflineLog(dataDir, 1), [{ message: 'three' }])
  t.same(await readOfflineLog(join(dataDir, 'elsewhere'), 10), [])
})

t.test('many lines are few writes, and an error is not left waiting', async (t) => {
  const dataDir = await tempDir(t)
  const to = new KeptLog()
  const log = logIn(dataDir, to, { ...SLOW, errorMs: 1, leastMs: 1 })
  for (let i = 0; i < 500; i++) log.info('a line')
  await log.flush()
  const { mtimeMs } = await stat(join(dataDir, 'log', '0.jsonl'))
  for (let i = 0; i < 100; i++) log.info('another')
  t.equal((await stat(join(dataDir, 'log', '0.jsonl'))).mtimeMs, mtimeMs, 'those wait')
  log.error('look here')
  while ((await readOfflineLog(dataDir, 1))[0]?.message !== 'look here') await new Promise(setImmediate)
  t.equal((await readOfflineLog(dataDir, 1000)).length, 601)
  await log.stop()
})

t.test('the ring is bounded: the oldest makes room', async (t) => {
  const dataDir = await tempDir(t)
  const log = logIn(dataDir)
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 200; i++) log.info('line', { round, i, filling: 'x'.repeat(300) })
    await log.flush()
  }
  await log.stop()
  const names = await readdir(join(dataDir, 'log'))
  t.same(names.sort(), ['0.jsonl', '1.jsonl', '2.jsonl', '3.jsonl'])
  let bytes = 0
  for (const name of names) bytes += (await stat(join(dataDir, 'log', name))).size
  t.ok(bytes <= 4 * 256 * 1024, `${bytes} bytes`)
  const lines = await readOfflineLog(dataDir, 1e6)
  t.match(lines.at(-1), { facts: { round: 39, i: 199 } })
  const rounds = lines.map((line) => Number(line.facts['round']))
  t.same(
    rounds,
    [...rounds].sort((a, b) => a - b),
    'in the order in which it was told',
  )
})

t.test(
  'a disk that takes nothing is said once; what waits is bounded, and written when it can be',
  async (t) => {
    const dataDir = await tempDir(t)
    const to = new KeptLog()
    // A folder in the place of the file: no write succeeds, for root neither.
    const blocked = join(dataDir, 'log', '0.jsonl')
    await mkdir(blocked, { recursive: true })
    const log = logIn(dataDir, to, QUICK)
    for (let i = 0; i < 1500; i++) log.info('line', { i })
    await log.flush()
    await log.flush()
    t.equal(to.count(/^the log on disk cannot be written/), 1)
    await rmdir(blocked)
    // Its timer keeps no process alive.
    const alive = setInterval(() => undefined, 1000)
    await to.until(/^the log on disk is written again$/)
    clearInterval(alive)
    await log.stop()
    const lines = await readOfflineLog(dataDir, 5000)
    t.equal(lines.length, 1001)
    t.match(lines[0], { message: 'lines were lost here', facts: { lines: 500 } })
    t.match(lines.at(-1), { facts: { i: 1499 } })
  },
)

t.test('a torn line is left out, and what comes after it is read', async (t) => {
  const dataDir = await tempDir(t)
  await mkdir(join(dataDir, 'log'))
  await writeFile(join(dataDir, 'log', '0.jsonl'), '{"ts":"2026-11-2\n\n[]\n')
  const log = logIn(dataDir)
  log.info('after')
  await log.stop()
  t.match(await readOfflineLog(dataDir, 9), [{ message: 'after' }])
})

t.test('the last words before a crash are on the disk, with the reason', async (t) => {
  const dataDir = await tempDir(t)
  const module = new URL('../../agent/offline-log.js', import.meta.url).href
  const script = `
    import { mkdirSync } from 'node:fs'
    import { OfflineLog } from ${JSON.stringify(module)}
    const nobody = { info() {}, warn() {}, error() {} }
    const clock = { now: () => Date.now(), monotonic: () => performance.now() }
    const log = new OfflineLog({ dataDir: process.argv[1], bootId: 'boot-0002', clock, to: nobody })
    log.start()
    log.info('first')
    await log.flush()
    log.info('last')
    setTimeout(() => { throw new Error('a bug') })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], { stdio: 'ignore' })
  await once(child, 'exit')
  t.not(child.exitCode, 0)
  t.match(await readOfflineLog(dataDir, 9), [
    { message: 'first' },
    { message: 'last' },
    { message: 'the agent crashes', facts: { reason: 'a bug', stack: /a bug/ } },
  ])
})
