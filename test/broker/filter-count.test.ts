import fc from 'fast-check'
import t from 'tap'
import { FilterCount } from '../../broker/filter-count.js'
import { field, u16 } from '../support/raw-mqtt.js'

t.test('filters are counted in whatever pieces the bytes come', async (t) => {
  const filters = fc.array(fc.string({ maxLength: 300 }), { maxLength: 40 })
  fc.assert(
    fc.property(filters, fc.boolean(), fc.array(fc.integer({ min: 1, max: 50 })), (names, hasQos, sizes) => {
      const qos = hasQos ? [Buffer.from([1])] : []
      const body = Buffer.concat([u16(7), ...names.flatMap((name) => [field(name), ...qos])])
      const counted = new FilterCount(hasQos)
      let at = 0
      for (const size of [...sizes, body.length]) {
        counted.feed(body.subarray(at, at + size))
        at += size
      }
      return counted.count === names.length
    }),
  )
  t.pass()
})

t.test('a filter counts as soon as its length is there', async (t) => {
  const counted = new FilterCount(true)
  counted.feed(Buffer.from([0, 1, 0]))
  t.equal(counted.count, 0)
  counted.feed(Buffer.from([9]))
  t.equal(counted.count, 1)
})
