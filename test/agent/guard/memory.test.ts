import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { spanOf } from '../../../agent/guard/azimuth.js'
import { GuardMemory } from '../../../agent/guard/memory.js'
import { KeptLog, tempDir } from '../../support/agent-bench.js'

async function open(t: Test, dataDir?: string) {
  const dir = dataDir ?? (await tempDir(t))
  const log = new KeptLog()
  const memory = new GuardMemory(dir, log)
  return { dir, log, memory, loaded: await memory.load() }
}

t.test('the first start knows nothing and holds nothing', async (t) => {
  t.same((await open(t)).loaded, { hold: null, az: null })
})

t.test('a hold and the winding of the cable are found again', async (t) => {
  const { dir, memory } = await open(t)
  await memory.note('keep_out', spanOf(400), 'now')
  t.same((await open(t, dir)).loaded, { hold: 'keep_out', az: spanOf(400) })
  await memory.note(null, null)
  t.same(
    (await open(t, dir)).loaded,
    { hold: null, az: spanOf(400) },
    'what is not known now was known before',
  )
})

t.test('the winding is written with room on both sides, anew only when the mount leaves it', async (t) => {
  const { dir, memory } = await open(t)
  const written = async () => (await open(t, dir)).loaded.az
  await memory.note(null, spanOf(10))
  for (const az of [15, 25, 0, -5]) await memory.note(null, spanOf(az))
  t.same(await written(), { from: -5, to: 25 })
  await memory.note(null, spanOf(26))
  t.same(await written(), { from: 11, to: 41 })
  await memory.note(null, { from: 26, to: 146 })
  t.same(await written(), { from: 11, to: 161 }, 'where it is on its way to')
  await memory.note(null, spanOf(130))
  t.same(await written(), { from: 115, to: 145 }, 'and narrower once it is there')
  await memory.note(null, spanOf(131), 'now')
  t.same(await written(), spanOf(131))
})

t.test('the cable does not turn with the calibration', async (t) => {
  const { dir, memory } = await open(t)
  await memory.note(null, spanOf(100), 'now')
  t.same((await new GuardMemory(dir, new KeptLog(), 30).load()).az, spanOf(130))
})

t.test('a disk that takes nothing is said, and what it may hold stays wide', async (t) => {
  const { dir, memory, log } = await open(t)
  t.ok(await memory.note(null, spanOf(0), 'now'))
  await rm(dir, { recursive: true })
  t.notOk(await memory.note(null, spanOf(100), 'now'))
  t.same(memory.reach, { from: 0, to: 100 })
  t.equal(log.count(/cannot write/), 1)
  t.notOk(await memory.note(null, spanOf(100), 'now'), 'it is tried again when it must be there')
  await mkdir(dir)
  t.ok(await memory.note(null, spanOf(100), 'now'))
  t.same(memory.reach, spanOf(100))
})

t.test('a memory that is damaged may have held a hold: then it holds', async (t) => {
  const { dir, memory } = await open(t)
  await memory.note(null, spanOf(100), 'now')
  const path = join(dir, 'guard.json')
  const whole = await readFile(path, 'utf8')
  const damaged = ['', '{"hold":null', '{"hold":null,"az":null}', whole.replace('100', '101')]
  for (const text of damaged) {
    await writeFile(path, text)
    const { loaded, log } = await open(t, dir)
    t.same(loaded, { hold: 'safe_hold', az: null }, text)
    t.equal(log.count(/holding still/), 1)
  }
})
