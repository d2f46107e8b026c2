import t from 'tap'
import { everyItem } from '../../../shared/api/pages.js'

t.test('every item of every page comes, in order', async (t) => {
  const pages = new Map([
    [null, { items: [1, 2], nextCursor: 'b' }],
    ['b', { items: [3], nextCursor: 'c' }],
    ['c', { items: [], nextCursor: null }],
  ])
  const get = async (cursor: string | null) => pages.get(cursor) ?? { items: [], nextCursor: null }
  t.same(await everyItem(get), [1, 2, 3])
})

t.test('a server that gives the same page again and again does not hold us for ever', async (t) => {
  await t.rejects(
    everyItem(async () => ({ items: [1], nextCursor: 'a' })),
    { code: 'unavailable' },
  )
})
