import { randomBytes } from 'node:crypto'
import t from 'tap'
import { KnownBrowsers } from '../../../core/identity/known-browsers.js'

t.test('a browser in which somebody signed in is known again, by that key only', (t) => {
  const known = new KnownBrowsers(randomBytes(32), randomBytes)
  const text = known.issue('user-0001')
  t.match(known.read(text), { userId: 'user-0001', id: /^[0-9a-f]{24}$/ })
  t.not(known.read(text)?.id, known.read(known.issue('user-0001'))?.id, 'each is one of its own')
  t.equal(new KnownBrowsers(randomBytes(32), randomBytes).read(text), null)
  for (const other of [
    undefined,
    '',
    '..',
    `${text}.x`,
    text.slice(0, -1),
    text.replace('user-0001', 'user-0002'),
    text.split('.').slice(0, 2).join('.'),
  ])
    t.equal(known.read(other), null, `${other}`)
  t.end()
})
