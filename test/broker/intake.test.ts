import fc from 'fast-check'
import t from 'tap'
import { Intake } from '../../broker/intake.js'
import { PINGREQ, publishPacket } from '../support/raw-mqtt.js'

const packets = fc.array(
  fc.oneof(
    fc.constant(PINGREQ),
    fc.integer({ min: 0, max: 40_000 }).map((size) => publishPacket('a/b', Buffer.alloc(size, size))),
  ),
  { maxLength: 8 },
)

t.test('however the bytes are cut, the same packets come out, each whole and in order', async (t) => {
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1 }), (all, cuts) => {
      const got: Buffer[] = []
      const intake = new Intake((bytes, start, bodyAt, end) => {
        t.ok(bodyAt > start + 1 && bodyAt <= end)
        got.push(Buffer.from(bytes.subarray(start, end)))
        return true
      })
      const bytes = Buffer.concat(all)
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const step = cuts[i % cuts.length] ?? 1
        intake.feed(Buffer.from(bytes.subarray(at, at + step)))
        at += step
      }
      t.equal(got.length, all.length)
      t.ok(Buffer.concat(got).equals(bytes))
    }),
    { numRuns: 60 },
  )
})

t.test('a packet may come byte by byte', async (t) => {
  const packet = publishPacket('a/b', Buffer.alloc(20_000, 1))
  let got: Buffer | null = null
  const intake = new Intake((bytes, start, _bodyAt, end) => {
    got = Buffer.from(bytes.subarray(start, end))
    return true
  })
  for (const byte of packet) {
    t.equal(got, null)
    intake.feed(Buffer.from([byte]))
  }
  t.same(got, packet)
})

t.test('after a «stop» nothing more of the chunk is handed out', async (t) => {
  let count = 0
  const intake = new Intake(() => ++count < 2)
  intake.feed(Buffer.concat([PINGREQ, PINGREQ, PINGREQ, PINGREQ]))
  t.equal(count, 2)
})
