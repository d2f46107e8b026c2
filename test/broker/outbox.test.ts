import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Outbox, TurnEnd } from '../../broker/outbox.js'

/** A stream that keeps what is written, and takes no more once it is told to. */
class Kept extends Writable {
  readonly writes: string[] = []
  isStuck = false
  #go: () => void = () => {}

  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.writes.push(chunk.length > 99 ? `${chunk.length} bytes` : chunk.toString())
    if (this.isStuck) this.#go = done
    else done()
  }

  free() {
    this.isStuck = false
    this.#go()
  }
}

function world() {
  const stream = new Kept()
  const waiting: (() => void)[] = []
  const end = new TurnEnd()
  const outbox = new Outbox(stream, end, (drained) => waiting.push(drained))
  const send = (...texts: string[]) => {
    for (const text of texts) outbox.send(Buffer.from(text))
  }
  return { stream, outbox, waiting, end, send }
}

t.test('all that is sent in one turn leaves in one write, in order', async (t) => {
  const { stream, outbox, send } = world()
  send('a', 'b', 'c')
  t.same([stream.writes, outbox.bytes], [[], 3])
  await turn()
  t.same([stream.writes, outbox.bytes], [['abc'], 0])
  send('d')
  await turn()
  t.same(stream.writes, ['abc', 'd'])
})

t.test('much is not gathered: it leaves at once, and what follows comes behind it', async (t) => {
  const { stream, outbox, send } = world()
  send('a')
  outbox.send(Buffer.alloc(33_000))
  t.same([stream.writes, outbox.bytes], [['33001 bytes'], 0])
  send('b')
  await turn()
  t.same(stream.writes, ['33001 bytes', 'b'])
})

t.test('nothing is written to a stream that has ended', async (t) => {
  const { stream, send } = world()
  send('a')
  stream.destroy()
  await turn()
  t.same(stream.writes, [])
})

t.test('a stream that is full is waited for once, until it has drained', async (t) => {
  const { stream, outbox, waiting } = world()
  stream.isStuck = true
  const big = Buffer.alloc(40_000)
  outbox.send(big)
  outbox.send(big)
  t.equal(waiting.length, 1)
  let isTold = false
  outbox.whenDrained(() => {
    isTold = true
  })
  t.equal(waiting.length, 2, 'and by whoever asks')
  for (const drained of waiting.splice(0)) drained()
  t.ok(isTold)
  outbox.send(big)
  t.equal(waiting.length, 1, 'full once more')
  stream.free()
})

t.test('who waits for a stream that is not full is called in a later turn', async (t) => {
  const { outbox, waiting } = world()
  let isTold = false
  outbox.whenDrained(() => {
    isTold = true
  })
  t.notOk(isTold)
  await turn()
  t.ok(isTold)
  t.same(waiting, [])
})

t.test('the end of a turn is told when all outboxes are empty', async (t) => {
  const { stream, end, send } = world()
  const told: string[][] = []
  end.whenEmpty(() => told.push([...stream.writes]))
  send('a')
  await turn()
  t.same(told, [['a']])
})
