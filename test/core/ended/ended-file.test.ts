import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { EndedFile, type EndedLine } from '../../../core/ended/ended-file.js'
import { temporaryDirectory } from '../../support/directory.js'

const line = (id: string): EndedLine => ({ kind: 'station_key', id, at: '2026-11-22T12:00:00.000Z' })

t.test('what is appended is read again, by its owner alone', async (t) => {
  const file = new EndedFile(path.join(temporaryDirectory(t), 'new', 'ended.jsonl'))
  t.same(await file.read(), { lines: [], damaged: 0 }, 'none is there before the first')
  await file.append([])
  t.notOk(existsSync(file.path))
  await file.append([line('key-0001'), line('key-0002')])
  await file.append([{ ...line('key-0003'), until: '2027-01-01T00:00:00.000Z' }])
  t.same(
    (await file.read()).lines.map(({ id }) => id),
    ['key-0001', 'key-0002', 'key-0003'],
  )
  t.equal(statSync(file.path).mode & 0o777, 0o600)
})

t.test('a line that a kill has cut short costs that line alone', async (t) => {
  const file = new EndedFile(path.join(temporaryDirectory(t), 'ended.jsonl'))
  await file.append([line('key-0001')])
  appendFileSync(
    file.path,
    'no JSON\n{"kind":"passkey","id":"x","at":"2026-11-22T12:00:00.000Z"}\n{"kind":"sta',
  )
  t.same(await file.read(), { lines: [line('key-0001')], damaged: 3 })
  await file.replace([line('key-0002')])
  t.equal(readFileSync(file.path, 'utf8'), `${JSON.stringify(line('key-0002'))}\n`)
  t.notOk(existsSync(`${file.path}.new`))
})
