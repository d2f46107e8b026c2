import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
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
  await memory.note('keep_out', 400)
  t.same((await open(t, dir)).loaded, { hold: 'keep_out', az: 400 })
  await memory.note(null, 400)
  t.same((await open(t, dir)).loaded, { hold: null, az: 400 })
})

t.test('the winding is written each twelfth of a turn, and at the end', async (t) => {
  const { dir, memory } = await open(t)
  const written = async () => JSON.parse(await readFile(join(dir, 'guard.json'), 'utf8')).az
  await memory.note(null, 10)
  for (const az of [15, 25, 39]) await memory.note(null, az)
  t.equal(await written(), 10)
  await memory.note(null, 41)
  t.equal(await written(), 41)
  await memory.note(null, 44, 'now')
  t.equal(await written(), 44)
})

t.test('a memory that is damaged may have held a hold: then it holds', async (t) => {
  const { dir } = await open(t)
  for (const text of ['', '{"hold":null', '{"hold":"no_such_code","az":1}', '{"hold":null,"az":1e9}']) {
    await writeFile(join(dir, 'guard.json'), text)
    const { loaded, log } = await open(t, dir)
    t.same(loaded, { hold: 'safe_hold', az: null }, text)
    t.equal(log.count(/holding still/), 1)
  }
})
