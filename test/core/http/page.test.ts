import fc from 'fast-check'
import t from 'tap'
import { z } from 'zod'
import { decodeCursor, encodeCursor, pageArgs, pageResult } from '../../../core/http/page.js'

const cursorSchema = z.tuple([z.string(), z.number(), z.string()])

t.test('a cursor comes back as it was written', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), fc.uuid(), (name, n, id) => {
      t.same(decodeCursor(encodeCursor([name, n, id]), cursorSchema), [name, n, id])
    }),
  )
  t.end()
})

t.test('whatever else comes as a cursor is invalid_request naming /cursor', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      t.throws(() => decodeCursor(text, cursorSchema), {
        code: 'invalid_request',
        options: { errors: [{ pointer: '/cursor' }] },
      })
    }),
  )
  t.throws(() => pageArgs({ cursor: encodeCursor(["' OR 1=1"]), limit: 5 }), { code: 'invalid_request' })
  t.end()
})

t.test('pages: one row more than asked tells of another page', (t) => {
  const rows = ['row-00000', 'row-00001', 'row-00002'].map((id) => ({ id }))
  const full = pageResult(rows, 2, ({ id }) => id)
  t.same(full.items, ['row-00000', 'row-00001'])
  t.same(pageArgs({ cursor: full.nextCursor ?? '', limit: 2 }), {
    ...{ take: 3, skip: 1 },
    cursor: { id: 'row-00001' },
  })
  t.equal(pageResult(rows, 3, ({ id }) => id).nextCursor, null)
  t.same(pageResult([], 3, String), { items: [], nextCursor: null })
  t.same(pageArgs({ limit: 2 }), { take: 3 })
  t.end()
})
