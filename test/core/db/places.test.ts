import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { copyForAll, firstSafePlace, linkedFolder } from '../../../core/db/places.js'
import { temporaryDirectory } from '../../support/directory.js'

const nothing = async () => undefined

t.test('a place that others can write to, or that leads elsewhere, is passed over', async (t) => {
  const base = temporaryDirectory(t)
  const open = path.join(base, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const link = path.join(base, 'link')
  symlinkSync(base, link)
  const file = path.join(base, 'file')
  writeFileSync(file, '')
  const good = path.join(base, 'good')
  t.equal(await firstSafePlace([open, link, file, good]), good)
  t.equal(statSync(good).mode & 0o777, 0o755)
  await t.rejects(firstSafePlace([open, link]), { code: 'config_invalid', detail: open })
})

t.test('a copy can be read and run by all, whatever the umask, and is made once', async (t) => {
  const base = temporaryDirectory(t)
  const from = path.join(base, 'from')
  mkdirSync(path.join(from, 'bin'), { recursive: true, mode: 0o700 })
  writeFileSync(path.join(from, 'bin/program'), '#!', { mode: 0o700 })
  writeFileSync(path.join(from, 'text'), 'x', { mode: 0o600 })
  const to = path.join(base, 'to')
  const old = process.umask(0o077)
  t.teardown(() => process.umask(old))
  const made = await Promise.all([copyForAll(from, to, nothing), copyForAll(from, to, nothing)])
  t.same(made.sort(), [false, true])
  const mode = (file: string) => statSync(path.join(to, file)).mode & 0o777
  t.same(['.', 'bin', 'bin/program', 'text'].map(mode), [0o755, 0o755, 0o755, 0o644])
  t.same(readdirSync(base).sort(), ['from', 'to'], 'no draft stays')
})

t.test('a copy that fails leaves nothing', async (t) => {
  const base = temporaryDirectory(t)
  mkdirSync(path.join(base, 'from'))
  const failing = async () => {
    throw new Error('disk full')
  }
  await t.rejects(copyForAll(path.join(base, 'from'), path.join(base, 'to'), failing), {
    message: 'disk full',
  })
  t.notOk(existsSync(path.join(base, 'to')))
  t.same(readdirSync(base), ['from'])
})

t.test('of two that link a folder, one wins', async (t) => {
  const place = temporaryDirectory(t)
  const link = path.join(temporaryDirectory(t), 'postgres')
  const folders = await Promise.all([linkedFolder(place, link), linkedFolder(place, link)])
  t.equal(folders.filter((folder) => folder !== undefined).length, 1)
  t.equal(readdirSync(place).length, 1)
})
