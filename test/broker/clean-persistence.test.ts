import { Writable } from 'node:stream'
import t from 'tap'
import { CleanPersistence } from '../../broker/clean-persistence.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { RetainedMessages } from '../../broker/retained.js'
import { ORG, STATION, topicOf } from '../support/broker.js'

function world() {
  const retained = new RetainedMessages(DEFAULT_LIMITS)
  const seen: unknown[] = []
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (packet, _encoding, done) => {
      seen.push(packet)
      setImmediate(done)
    },
  })
  const keep = (kind: 'info' | 'state', payload: string) =>
    retained.set({ kind, org: ORG, sid: STATION }, Buffer.from(payload), 1)
  return { store: new CleanPersistence(retained), sink, seen, keep }
}

t.test('retained messages are shown to a reader as they are when it takes them', async (t) => {
  const { store, sink, seen, keep } = world()
  keep('info', 'i')
  keep('state', 'old')
  store.createRetainedStreamCombi([`talos/${ORG}/gs/+/info`, `talos/${ORG}/gs/+/state`]).pipe(sink)
  keep('state', 'new')
  await new Promise((resolve) => sink.once('finish', resolve))
  t.match(seen, [
    { cmd: 'publish', topic: topicOf(STATION, 'info'), payload: Buffer.from('i'), qos: 1, retain: true },
    { topic: topicOf(STATION, 'state'), payload: Buffer.from('new') },
  ])
})

t.test('where nothing is retained nothing is sent', async (t) => {
  const { store, sink, seen, keep } = world()
  keep('state', 'x')
  store.createRetainedStreamCombi([topicOf(STATION, 'cmd/#'), topicOf(STATION, 'plan/#')]).pipe(sink)
  await new Promise(setImmediate)
  t.same(seen, [])
})

t.test('B23: there are no wills to be found by Aedes', async (t) => {
  const { store } = world()
  await store.setup()
  t.same(await store.streamWill().toArray(), [])
})
