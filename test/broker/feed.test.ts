import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Feed } from '../../broker/feed.js'

t.test('P10: a listener that throws or rejects harms nobody', async (t) => {
  const errors: string[] = []
  const feed = new Feed<number>('numbers', {
    info() {},
    warn() {},
    error: (_, message) => errors.push(message),
  })
  const heard: number[] = []
  feed.add(() => {
    throw new Error('no')
  })
  feed.add(async () => {
    throw new Error('not even later')
  })
  feed.add((n) => heard.push(n))
  feed.emit(1)
  await turn()
  t.same(heard, [1])
  t.equal(errors.length, 2)
})

t.test('a listener is taken off by what adding it returned, even in the middle of an event', async (t) => {
  const feed = new Feed<number>('numbers', { info() {}, warn() {}, error() {} })
  const heard: string[] = []
  const listener = () => heard.push('twice')
  const offFirst = feed.add(listener)
  feed.add(listener)
  const off = feed.add(() => {
    heard.push('once')
    off()
  })
  feed.emit(1)
  offFirst()
  feed.emit(2)
  t.same(heard, ['twice', 'twice', 'once', 'twice'])
})
