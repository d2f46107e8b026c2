import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { parsePostmasterFile, parseProcessState, processState } from '../../../core/db/postmaster-file.js'

t.test('process id and socket are read from postmaster.pid', async (t) => {
  const text = '4711\n/data/postgres/18\n1795000000\n5432\n/data/postgres/run\n\n  12345  6\nready   \n'
  t.same(parsePostmasterFile(text), { pid: 4711, socketDir: '/data/postgres/run', text })
})

t.test('a half written or senseless file is none', async (t) => {
  for (const text of [
    '',
    '4711\n',
    '4711\n/data\n1795000000\n5432\n',
    '0\na\nb\nc\n/d\n',
    '1\na\nb\nc\n/d\n',
    'x\na\nb\nc\n/d\n',
  ]) {
    t.equal(parsePostmasterFile(text), undefined, JSON.stringify(text))
  }
})

t.test('a zombie is no server, nor is a stranger with the same process id', async (t) => {
  t.equal(parseProcessState('7 (postgres) S 1 7 7 0'), 'postgres')
  t.equal(parseProcessState('7 (postgres) Z 1 7 7 0'), 'zombie')
  t.equal(parseProcessState('7 (sleep) S 1 7 7 0'), 'other')
  t.equal(parseProcessState('7 (a) Z (b) S 1 7 7 0'), 'other')
})

t.test('a process is known while it lives and gone afterwards', async (t) => {
  const child = spawn('sleep', ['600'])
  await once(child, 'spawn')
  t.notSame(await processState(child.pid ?? 0), 'gone')
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.equal(await processState(child.pid ?? 0), 'gone')
})
