import t from 'tap'
import { Background } from '../../core/background.js'
import { silentLog } from '../support/server.js'

t.test('work begins after the reply, is waited for, and is bounded', async (t) => {
  const errors: object[] = []
  const log = { ...silentLog, error: (obj: object | string) => void errors.push(obj as object) }
  const background = new Background(log, 2)
  const done: string[] = []
  t.ok(background.run('a', async () => void done.push('a')))
  t.ok(background.run('b', () => Promise.reject(new Error('b'))))
  t.notOk(
    background.run('c', async () => void done.push('c')),
    'beyond the bound nothing is taken',
  )
  t.same(done, [], 'nothing has begun yet')
  await background.drain()
  t.same(done, ['a'])
  t.match(errors, [{ name: 'b' }])
  t.ok(
    background.run('d', async () => void done.push('d')),
    'and there is room again',
  )
  await background.drain()
  t.same(done, ['a', 'd'])
})
