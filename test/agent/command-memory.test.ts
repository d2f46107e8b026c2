import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CommandMemory } from '../../agent/command-memory.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'

const command = (n: number) => ({ jti: `command-${String(n).padStart(8, '0')}`, seq: n })

async function open(t: Test, dataDir?: string) {
  const dir = dataDir ?? (await tempDir(t))
  const log = new KeptLog()
  const memory = new CommandMemory(dir, log)
  await memory.load()
  return { dir, log, memory }
}

t.test('numbers, ids and the proven time outlive the agent', async (t) => {
  const { dir, memory } = await open(t)
  memory.prove(1_800_000_000)
  await memory.remember(command(7), 10_000, 0)
  await memory.remember(command(3), 10_000, 0)
  const again = (await open(t, dir)).memory
  t.equal(again.seq, 7, 'the highest, not the last')
  t.ok(again.hasSeen(command(7).jti) && again.hasSeen(command(3).jti))
  t.equal(again.provenMs, 1_800_000_000_000)
})

t.test('ids are forgotten when they have expired, and never grow beyond bounds', async (t) => {
  const { dir, memory } = await open(t)
  await memory.remember(command(1), 1000, 0)
  await memory.remember(command(2), 9000, 2000)
  t.notOk(memory.hasSeen(command(1).jti))
  await Promise.all(Array.from({ length: 1100 }, (_, n) => memory.remember(command(n + 10), 1e15, 3000)))
  t.notOk(memory.hasSeen(command(10).jti), 'the oldest made room')
  t.ok(memory.hasSeen(command(1109).jti))
  t.equal((await open(t, dir)).memory.seq, 1109, 'and still its number is refused')
})

t.test('a memory that is damaged begins anew, and says so', async (t) => {
  const { dir } = await open(t)
  await writeFile(join(dir, 'commands.json'), '{"seq":')
  const { memory, log } = await open(t, dir)
  t.equal(memory.seq, -1)
  t.equal(log.count(/begins anew/), 1)
})

t.test('a disk that cannot be written is said and does not end the agent', async (t) => {
  const { log, memory } = await open(t, '/nonexistent-folder')
  await memory.remember(command(1), 1000, 0)
  t.equal(memory.seq, 1)
  t.equal(log.count(/cannot write/), 1)
})
