import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { z } from 'zod'
import { JsonFile, readIfThere, removeDurably, removeLeftovers, writeAtomic } from '../../agent/files.js'
import { tempDir } from '../support/agent-bench.js'

t.test('a file is replaced whole, for its owner alone, and nothing is left beside it', async (t) => {
  const dir = await tempDir(t)
  const path = join(dir, 'a.json')
  await writeAtomic(path, 'one')
  await writeAtomic(path, 'two')
  t.equal(await readFile(path, 'utf8'), 'two')
  t.equal((await stat(path)).mode & 0o777, 0o600)
  t.same(await readdir(dir), ['a.json'])
})

t.test('a write that fails leaves the old file and no half of the new', async (t) => {
  const dir = await tempDir(t)
  await t.rejects(writeAtomic(join(dir, 'missing', 'a.json'), 'x'), { code: 'ENOENT' })
  t.same(await readdir(dir), [])
})

t.test('writes of one JSON file come one after the other; the last one stays', async (t) => {
  const dir = await tempDir(t)
  const file = new JsonFile(join(dir, 'n.json'), z.strictObject({ n: z.int() }))
  t.same(await file.read(), { kind: 'absent' })
  await Promise.all(Array.from({ length: 50 }, (_, n) => file.write({ n })))
  t.same(await file.read(), { kind: 'ok', value: { n: 49 } })
  for (const text of ['', '{', '{"n":1.5}', '{"n":1,"m":2}', 'null']) {
    await writeFile(file.path, text)
    t.same(await file.read(), { kind: 'corrupt' }, text)
  }
})

t.test('removing is final and may be repeated; leftovers go, other files stay', async (t) => {
  const dir = await tempDir(t)
  const path = join(dir, 'a')
  await writeAtomic(path, 'x')
  await removeDurably(path)
  await removeDurably(path)
  t.equal(await readIfThere(path), null)
  await writeFile(join(dir, '.a.0123.tmp'), '')
  await writeFile(join(dir, 'b.tmp'), '')
  await removeLeftovers(dir)
  t.same(await readdir(dir), ['b.tmp'])
  await t.rejects(readIfThere(dir), { code: 'EISDIR' })
  await chmod(dir, 0o700)
})
